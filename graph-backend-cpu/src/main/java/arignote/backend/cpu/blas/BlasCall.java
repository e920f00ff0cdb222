package arignote.backend.cpu.blas;

/// A prepared product of matrices or vectors. One thread at a time may run it.
public interface BlasCall {
  /// Computes the product.
  ///
  /// @param x the address of the left operand
  /// @param y the address of the right operand
  /// @param result where the product is written
  void run(long x, long y, long result);
}
