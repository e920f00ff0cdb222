package arignote.backend.cpu.codegen;

/// Sums of `f32` side by side, a row added at a time, in double precision; the error is that of
/// [FloatRows], or smaller.
///
/// Vectors are used once they are faster, see [VectorKernel]; the bits are the same.
public final class ColumnSums {
  /// How many rows are best added at once.
  public static final int GROUP = FloatRows.COLUMNS_GROUP;

  /// How many groups, or single rows, are added before vectors are tried at all.
  private static final int PATIENCE = 1000;

  /// Until vectors are fast, one group in so many is computed with them.
  private static final int SELDOM = 16;

  /// How often in a row vectors must be faster.
  private static final int WINS = 3;

  private final boolean vectors;
  private boolean warm;
  private int groups;
  private int singles;
  private int wins;
  private long lastTime;

  public ColumnSums(boolean vectors) {
    this.vectors = vectors;
  }

  /// Adds [#GROUP] rows.
  ///
  /// @param rows the addresses of their first elements
  /// @param sums the address of the first of `count` doubles
  public void addGroup(long[] rows, long sums, long count) {
    if (warm) {
      FloatRows.addColumns(rows, sums, count);
      return;
    }
    boolean inVectors = vectors && ++groups > PATIENCE && groups % SELDOM == 0;
    long start = System.nanoTime();
    if (inVectors) {
      FloatRows.addColumns(rows, sums, count);
    } else {
      addElements(rows, sums, (int) count);
    }
    long time = System.nanoTime() - start;
    if (inVectors) {
      wins = time < lastTime ? wins + 1 : 0;
      warm = wins == WINS;
    } else {
      lastTime = time;
    }
  }

  /// What [FloatRows#addColumns] does, in arrays: reading single elements of memory is slow at
  /// first.
  private static void addElements(long[] rows, long sums, int count) {
    float[][] x = new float[GROUP][];
    for (int row = 0; row < GROUP; row++) {
      x[row] = Memory.toFloats(rows[row], count);
    }
    double[] result = Memory.toDoubles(sums, count);
    addElements(x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], result);
    Memory.putAll(result, count, sums);
  }

  private static void addElements(
      float[] a,
      float[] b,
      float[] c,
      float[] d,
      float[] e,
      float[] f,
      float[] g,
      float[] h,
      double[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += ((a[i] + b[i]) + (c[i] + d[i])) + ((e[i] + f[i]) + (g[i] + h[i]));
    }
  }

  /// Adds one row.
  public void add(long row, long sums, long count) {
    if (vectors && (warm || ++singles > PATIENCE)) {
      FloatRows.addColumns(row, sums, count);
      return;
    }
    float[] x = Memory.toFloats(row, (int) count);
    double[] result = Memory.toDoubles(sums, (int) count);
    for (int i = 0; i < result.length; i++) {
      result[i] += x[i];
    }
    Memory.putAll(result, (int) count, sums);
  }

  /// Writes sums as floats.
  public static void put(long sums, long to, long count) {
    for (long i = 0; i < count; i++) {
      Memory.putFloat(to + i * 4, (float) Memory.getDouble(sums + i * 8));
    }
  }
}
