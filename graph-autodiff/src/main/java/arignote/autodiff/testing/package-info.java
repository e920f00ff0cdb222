/// What tests of models and of new ops say about graphs: that an expression means the same as
/// another, which ops there are, that derivatives agree with difference quotients. Knows no test
/// framework.
@NullMarked
package arignote.autodiff.testing;

import org.jspecify.annotations.NullMarked;
