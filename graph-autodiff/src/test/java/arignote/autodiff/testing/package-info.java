/// Tests of the test kit.
@NullMarked
package arignote.autodiff.testing;

import org.jspecify.annotations.NullMarked;
