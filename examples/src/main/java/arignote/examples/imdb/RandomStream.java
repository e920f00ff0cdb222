package arignote.examples.imdb;

import java.util.Random;

/// What random numbers are drawn for. Each purpose has a stream of its own, so that drawing more for
/// one changes nothing elsewhere; all depend on the seed alone, not on dtype, device or mode.
enum RandomStream {
  SYNTHETIC,
  SPLIT,
  TEST_CHOICE,
  WEIGHTS,
  BATCHES;

  /// The golden ratio in 64 bits: consecutive seeds of [Random] would give similar first numbers.
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  /// This purpose's stream. [Random] is the one generator whose numbers the Java platform specifies.
  Random from(long seed) {
    return new Random((seed * values().length + ordinal() + 1) * SPREAD);
  }
}
