package arignote.backend.cpu.codegen;

/// A generated method that computes one tile of a matrix product: a few rows, a few vectors wide,
/// summed up in registers.
public interface Tile {
  /// Computes `to[i,j] = alpha * sum over p of a[i,p] b[p,j] + beta * from[i,j]`, the sum from its
  /// first term to its last with fused multiply-adds. Rows of `b`, `from` and `to` are dense. Steps
  /// are in bytes.
  ///
  /// @param aRow from one row of `a` to the next
  /// @param aStep from one column of `a` to the next
  /// @param bStep from one row of `b` to the next
  /// @param from what is added; may be `to`
  /// @param fromRow from one row of `from` to the next; 0 if the same row is added to all
  void run(
      long a,
      long aRow,
      long aStep,
      long b,
      long bStep,
      long from,
      long fromRow,
      long to,
      long toRow,
      double alpha,
      double beta,
      int k);
}
