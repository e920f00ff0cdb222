@NullMarked
package arignote.tests.autodiff;

import org.jspecify.annotations.NullMarked;
