/// Gradients of everything in the op table.
@NullMarked
package arignote.tests.gradients;

import org.jspecify.annotations.NullMarked;
