/// Arignote as a contender in the comparison of `tests/bench`.
@NullMarked
package arignote.tests.bench.own;

import org.jspecify.annotations.NullMarked;
