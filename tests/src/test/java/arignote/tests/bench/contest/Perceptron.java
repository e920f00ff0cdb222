package arignote.tests.bench.contest;

/// A training step of a perceptron with two hidden layers of 1000, for images of 784 pixels in 10
/// classes, 128 at a time: relu, cross-entropy, plain gradient descent.
public record Perceptron() implements Case {
  public static final int BATCH = 128;
  public static final double RATE = 0.1;

  private static final int[] WIDTHS = {784, 1000, 1000, 10};
  private static final long SEED = 3000;

  @Override
  public String name() {
    return "mlp-sgd";
  }

  @Override
  public double flops() {
    double flops = 0;
    for (int layer = 0; layer < layers(); layer++) {
      // No gradient of the images.
      flops += 2.0 * BATCH * inputs(layer) * outputs(layer) * (layer == 0 ? 2 : 3);
    }
    return flops;
  }

  public static int layers() {
    return WIDTHS.length - 1;
  }

  public static int inputs(int layer) {
    return WIDTHS[layer];
  }

  public static int outputs(int layer) {
    return WIDTHS[layer + 1];
  }

  /// `[BATCH,784]`.
  public float[] images() {
    return Numbers.uniform(SEED, 1, BATCH * WIDTHS[0]);
  }

  /// `[BATCH]`.
  public long[] labels() {
    return Numbers.whole(SEED + 1, 0, WIDTHS[layers()], BATCH);
  }

  /// The weights of a layer, `[inputs,outputs]`; biases start at 0.
  public float[] weights(int layer) {
    double bound = Math.sqrt(6.0 / inputs(layer));
    return Numbers.uniform(SEED + 2 + layer, bound, inputs(layer) * outputs(layer));
  }
}
