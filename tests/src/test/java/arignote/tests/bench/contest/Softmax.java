package arignote.tests.bench.contest;

/// The softmax of each row of a matrix `[4096,4096]`.
///
/// @param returned whether the result is a new tensor
public record Softmax(boolean returned) implements Case {
  public static final int ROWS = 4096;
  public static final int COLUMNS = 4096;

  @Override
  public String name() {
    return returned ? "softmax-returned" : "softmax";
  }

  @Override
  public double bytes() {
    return 2.0 * ROWS * COLUMNS * Float.BYTES;
  }

  public float[] argument() {
    return Numbers.uniform(5000, 3, ROWS * COLUMNS);
  }
}
