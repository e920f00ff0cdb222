package arignote.examples.imdb;

/// What random numbers are drawn for. Each purpose has a generator of its own, so that drawing more
/// for one changes nothing elsewhere; all depend on the seed alone, not on dtype, device or mode.
enum Draw {
  SYNTHETIC,
  SPLIT,
  TEST_CHOICE,
  WEIGHTS,
  BATCHES;

  /// The golden ratio in 64 bits: consecutive seeds would give similar first numbers.
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  /// More than there are purposes, whatever is added.
  private static final int PURPOSES = 64;

  /// A generator for this purpose, with the numbers of [java.util.Random]: the one generator whose
  /// numbers the Java platform specifies.
  ResumableRandom from(long seed) {
    return ResumableRandom.of((seed * PURPOSES + ordinal() + 1) * SPREAD);
  }
}
