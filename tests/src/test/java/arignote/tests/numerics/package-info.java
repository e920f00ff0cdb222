/// How accurate expressions are once they are optimised.
@NullMarked
package arignote.tests.numerics;

import org.jspecify.annotations.NullMarked;
