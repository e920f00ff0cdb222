package arignote.backend.cpu.blas;

import java.util.List;

/// A prepared product of matrices or vectors. One thread at a time may run it.
///
/// @param name of the routine: `sgemm`, `dgemv`, ...
/// @param arguments what it is called with, for people: `m=16`
public record BlasCall(String name, List<String> arguments, Routine routine) {
  /// The call itself.
  @FunctionalInterface
  public interface Routine {
    /// Computes the product.
    ///
    /// @param x the address of the left operand
    /// @param y the address of the right operand
    /// @param result where the product is written
    void run(long x, long y, long result);
  }

  public BlasCall {
    arguments = List.copyOf(arguments);
  }

  /// Computes the product; see [Routine#run].
  public void run(long x, long y, long result) {
    routine.run(x, y, result);
  }
}
