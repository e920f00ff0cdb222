/// Benchmarks: programs with a `main`, started by `tests/bench`, not by the build. Each prints one
/// line a figure, `name: 12.3 ms`, medians of many runs; docs/performance.md has what they gave.
@NullMarked
package arignote.tests.bench;

import org.jspecify.annotations.NullMarked;
