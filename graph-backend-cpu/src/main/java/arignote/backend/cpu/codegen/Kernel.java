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
}
