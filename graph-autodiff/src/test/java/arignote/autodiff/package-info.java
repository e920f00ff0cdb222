@NullMarked
package arignote.autodiff;

import org.jspecify.annotations.NullMarked;
