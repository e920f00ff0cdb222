/// Benchmarks under JMH: `tests/bench jmh`.
@NullMarked
package arignote.jmh;

import org.jspecify.annotations.NullMarked;
