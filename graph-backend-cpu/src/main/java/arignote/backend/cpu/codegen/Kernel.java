package arignote.backend.cpu.codegen;

/// A generated method that computes a row of elements.
public interface Kernel {
  /// Computes `count` elements.
  ///
  /// @param row for each operand the address of its first element (of a counter, the first value),
  ///   for each output the same, then for each counter that is not the same for the whole row its
  ///   step. Elements lie next to each other, or there is one for the whole row, as the kernel was
  ///   made for. An output may lie where an operand lies.
  void run(long[] row, int count);

  /// Computes several rows of `count` elements each.
  ///
  /// @param row of the first row; of any of them afterwards
  /// @param steps for each entry of `row` how far it is to that of the next row
  default void run(long[] row, int count, long[] steps, int rows) {
    run(row, count);
    for (int i = 1; i < rows; i++) {
      move(row, steps, 1);
      run(row, count);
    }
  }

  /// Goes on by some rows.
  static void move(long[] row, long[] steps, int rows) {
    for (int entry = 0; entry < row.length; entry++) {
      row[entry] += rows * steps[entry];
    }
  }
}
