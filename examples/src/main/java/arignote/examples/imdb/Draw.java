package arignote.examples.imdb;

import java.util.Random;

/// What random numbers are drawn for. Each purpose has a generator of its own, so that drawing more
/// for one changes nothing elsewhere; all depend on the seed alone, not on dtype, device or mode.
enum Draw {
  SYNTHETIC,
  SPLIT,
  TEST_CHOICE,
  WEIGHTS,
  BATCHES;

  /// The golden ratio in 64 bits: consecutive seeds of [Random] would give similar first numbers.
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  /// More than there are purposes, whatever is added.
  private static final int PURPOSES = 64;

  /// A generator for this purpose. [Random] is the one generator whose numbers the Java platform
  /// specifies.
  Random from(long seed) {
    return new Random((seed * PURPOSES + ordinal() + 1) * SPREAD);
  }
}
