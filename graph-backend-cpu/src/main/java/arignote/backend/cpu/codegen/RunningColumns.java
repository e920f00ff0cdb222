package arignote.backend.cpu.codegen;

/// Running sums or products of `f32` side by side, a row at a time, in double precision: what is
/// written is off by little more than one rounding.
///
/// Vectors are used once the JVM has had time to compile them; the bits are the same.
public final class RunningColumns {
  /// How many rows are computed before vectors are.
  private static final int PATIENCE = 1000;

  private final boolean products;
  private final boolean vectors;
  private int rows;

  /// @param products whether elements are multiplied, else added
  public RunningColumns(boolean products, boolean vectors) {
    this.products = products;
    this.vectors = vectors;
  }

  /// Combines the running values with a row, and writes them.
  ///
  /// @param row the address of `count` floats
  /// @param values the address of as many doubles
  /// @param to where they are written as floats
  public void next(long row, long values, long to, int count) {
    if (vectors && (rows > PATIENCE || ++rows > PATIENCE)) {
      if (products) {
        FloatRows.multiplyRunning(row, values, to, count);
      } else {
        FloatRows.addRunning(row, values, to, count);
      }
      return;
    }
    float[] x = Memory.toFloats(row, count);
    double[] running = Memory.toDoubles(values, count);
    for (int i = 0; i < count; i++) {
      running[i] = products ? running[i] * x[i] : running[i] + x[i];
      x[i] = (float) running[i];
    }
    Memory.putAll(running, count, values);
    Memory.putAll(x, count, to);
  }
}
