package arignote.rewrite.scan;

import arignote.ir.Dim;
import arignote.ir.TensorType;

/// Guesses about lengths that are not known before a function is called, for choices that change
/// the cost of a graph and never what it computes.
public final class Estimate {
  /// What the length of an axis named by a symbol is taken to be.
  private static final long SYMBOL = 32;

  private Estimate() {}

  public static long length(Dim dim) {
    try {
      return Math.max(0, dim.evaluate(_ -> SYMBOL));
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }

  /// The number of elements.
  public static long elements(TensorType type) {
    return length(type.size());
  }
}
