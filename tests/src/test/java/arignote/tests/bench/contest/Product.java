package arignote.tests.bench.contest;

/// The product of two matrices `[2048,2048]`.
public record Product() implements Case {
  public static final int SIZE = 2048;

  private static final long SEED = 7000;

  @Override
  public String name() {
    return "product";
  }

  @Override
  public double flops() {
    return 2.0 * SIZE * SIZE * SIZE;
  }

  public float[] left() {
    return Numbers.uniform(SEED, 1, SIZE * SIZE);
  }

  public float[] right() {
    return Numbers.uniform(SEED + 1, 1, SIZE * SIZE);
  }
}
