/// Checks of symbolic gradients against numeric ones, for tests of models and of new ops.
@NullMarked
package arignote.autodiff.testing;

import org.jspecify.annotations.NullMarked;
