package arignote.plan;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.EvaluationException;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Reshape;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import java.util.List;
import java.util.Optional;

/// The layouts of what ops make that move no elements, and of parts of tensors.
public final class ViewLayouts {
  private ViewLayouts() {}

  /// Where the result of a transpose, broadcast, slice or reshape lies in the memory of its
  /// operand; empty if the elements have to be copied first, row by row.
  ///
  /// @param x where the operand lies
  /// @throws EvaluationException if it cannot be computed with these lengths
  public static Optional<Layout> of(Apply apply, Layout x, Lengths lengths) {
    return switch (apply.op()) {
      case Transpose(List<Integer> permutation) -> Optional.of(x.transpose(permutation));
      case Broadcast _ -> Optional.of(x.broadcast(lengths.shape(apply, apply.result().type())));
      case Slice(int axis, Dim start, _, long step) -> {
        long size = lengths.shape(apply, apply.result().type())[axis];
        yield Optional.of(part(apply, x, axis, lengths.length(apply, start), size, step));
      }
      case Reshape _ -> reshaped(apply, x, lengths);
      default -> throw new IllegalArgumentException("not a view: " + apply);
    };
  }

  /// The part of a tensor that a slice is, or that the operand of a pad becomes.
  ///
  /// @throws EvaluationException if it lies outside
  public static Layout part(Apply apply, Layout whole, int axis, long start, long size, long step) {
    try {
      return whole.slice(axis, start, size, step);
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      throw EvaluationException.of(
          apply,
          "%d positions from %d on in steps of %d lie outside axis %d of length %d; from %s to %s"
              .formatted(
                  size,
                  start,
                  step,
                  axis,
                  whole.dim(axis),
                  apply.operand(0).type(),
                  apply.result().type()));
    }
  }

  private static Optional<Layout> reshaped(Apply apply, Layout x, Lengths lengths) {
    long[] shape = lengths.shape(apply, apply.result().type());
    long size = Layout.dense(shape).size();
    if (size != x.size()) {
      throw EvaluationException.of(
          apply,
          "cannot reshape %s to %s, the numbers of elements are %d and %d with %s"
              .formatted(
                  apply.operand(0).type(),
                  apply.result().type(),
                  x.size(),
                  size,
                  lengths.bindings()));
    }
    return x.reshape(shape);
  }
}
