/// The op table: for every op and every scalar function its dtypes, shapes, domain of values,
/// tolerance, and where its gradient exists. Tests iterate over its cases: known answers, backends
/// against the reference, text round trips, gradients. An op without a row fails the coverage test.
@NullMarked
package arignote.tests.ops;

import org.jspecify.annotations.NullMarked;
