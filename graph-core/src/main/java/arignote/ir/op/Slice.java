package arignote.ir.op;

import arignote.ir.Dim;
import arignote.ir.TensorType;
import java.util.List;

/// The elements `start, start + step, ...` along an axis, `size` of them; the step may be negative,
/// so `start=T-1, size=T, step=-1` reverses. Where the bounds depend on symbols, they are checked
/// when those are bound.
public record Slice(int axis, Dim start, Dim size, long step) implements CoreOp {
  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.count(this, operands, 1);
    TensorType x = operands.getFirst();
    Check.axis(this, operands, axis, x.rank());
    Check.that(step != 0, this, operands, "the step must not be 0");
    Dim last = start.plus(size.minus(1).times(step));
    if (!size.is(0) && !(isInside(start, x.dim(axis)) && isInside(last, x.dim(axis)))) {
      throw Check.failure(
          this,
          operands,
          "elements %s to %s of axis %d lie outside its length %s: positions are 0 to %s"
              .formatted(start, last, axis, x.dim(axis), x.dim(axis).minus(1)));
    }
    return List.of(x.withDim(axis, size));
  }

  /// Whether a position cannot be told from the types to lie outside a length.
  static boolean isInside(Dim position, Dim length) {
    Dim behind = length.minus(position);
    return (position.constant().isEmpty() || position.constant().getAsLong() >= 0)
        && (behind.constant().isEmpty() || behind.constant().getAsLong() > 0);
  }
}
