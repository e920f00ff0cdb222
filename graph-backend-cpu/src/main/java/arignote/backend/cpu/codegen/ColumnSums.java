package arignote.backend.cpu.codegen;

/// Sums of `f32` side by side, a row added at a time, in double precision; the error is that of
/// [FloatRows], or smaller.
public final class ColumnSums {
  /// How many rows are best added at once.
  public static final int GROUP = FloatRows.COLUMNS_GROUP;

  private final boolean vectors;

  public ColumnSums(boolean vectors) {
    this.vectors = vectors;
  }

  /// Adds [#GROUP] rows.
  ///
  /// @param rows the addresses of their first elements
  /// @param sums the address of the first of `count` doubles
  public void addGroup(long[] rows, long sums, long count) {
    if (vectors) {
      FloatRows.addColumns(rows, sums, count);
    } else {
      for (int row = 0; row < GROUP; row++) {
        add(rows[row], sums, count);
      }
    }
  }

  /// Adds one row.
  public void add(long row, long sums, long count) {
    if (vectors) {
      FloatRows.addColumns(row, sums, count);
      return;
    }
    for (long i = 0; i < count; i++) {
      Memory.putDouble(sums + i * 8, Memory.getDouble(sums + i * 8) + Memory.getFloat(row + i * 4));
    }
  }

  /// Writes sums as floats.
  public static void put(long sums, long to, long count) {
    for (long i = 0; i < count; i++) {
      Memory.putFloat(to + i * 4, (float) Memory.getDouble(sums + i * 8));
    }
  }
}
