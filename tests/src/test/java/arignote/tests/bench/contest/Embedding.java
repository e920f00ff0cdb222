package arignote.tests.bench.contest;

/// Rows of a table gathered by their numbers, and other rows scattered, those of one number added
/// up, into a zeroed table: an embedding forward, and its dense gradient.
public record Embedding() implements Case {
  public static final int WORDS = 10_000;
  public static final int UNITS = 128;
  public static final int TOKENS = 6400;

  private static final long SEED = 6000;

  @Override
  public String name() {
    return "embedding";
  }

  @Override
  public double bytes() {
    // Gathered rows are read and written; scattered ones read and added; the table is zeroed.
    return (5.0 * TOKENS + WORDS) * UNITS * Float.BYTES;
  }

  /// `[WORDS,UNITS]`.
  public float[] table() {
    return Numbers.uniform(SEED, 1, WORDS * UNITS);
  }

  /// `[TOKENS]`.
  public long[] tokens() {
    return Numbers.whole(SEED + 1, 0, WORDS, TOKENS);
  }

  /// What is scattered, `[TOKENS,UNITS]`.
  public float[] gradient() {
    return Numbers.uniform(SEED + 2, 1, TOKENS * UNITS);
  }
}
