package arignote.plan;

import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.Dim;
import arignote.ir.EvaluationException;
import arignote.ir.TensorType;
import arignote.ir.TypeException;

/// The lengths that a program is prepared for; what has no length with them is an error of the node
/// that needs it.
public record Lengths(Bindings bindings) {
  /// The lengths of a type's axes.
  ///
  /// @throws EvaluationException if one is negative, or the size does not fit
  public long[] shape(Apply apply, TensorType type) {
    try {
      long[] shape = bindings.shape(type);
      long size = type.dtype().bytes();
      for (long length : shape) {
        size = Math.multiplyExact(size, length);
      }
      return shape;
    } catch (TypeException e) {
      throw EvaluationException.of(apply, e.getMessage());
    } catch (ArithmeticException e) {
      throw EvaluationException.of(
          apply, "the size of %s with %s is too large".formatted(type, bindings));
    }
  }

  /// The value of a dim, which for a position may be negative.
  ///
  /// @throws EvaluationException if it has none
  public long length(Apply apply, Dim dim) {
    try {
      return bindings.length(dim);
    } catch (TypeException e) {
      throw EvaluationException.of(apply, e.getMessage());
    } catch (ArithmeticException e) {
      throw EvaluationException.of(
          apply, "the dim %s has no value with %s".formatted(dim, bindings));
    }
  }
}
