/// The reference interpreter: slow, obvious code that defines what every op computes. Passes,
/// kernels and backends are held against it; passes fold constants with it. Nothing here is clever,
/// and nothing here is tuned beyond what lets a test run a small model.
@NullMarked
package arignote.reference;

import org.jspecify.annotations.NullMarked;
