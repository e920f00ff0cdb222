package arignote.ir.op;

import arignote.ir.Dim;
import arignote.ir.TensorType;
import java.util.List;

/// Zeros (false) of length `size` along an axis with the operand's elements put at `start, start +
/// step, ...`: what [Slice] takes out, put back, and so the adjoint of a slice.
public record Pad(int axis, Dim start, Dim size, long step) implements CoreOp {
  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.count(this, operands, 1);
    TensorType x = operands.getFirst();
    Check.axis(this, operands, axis, x.rank());
    Check.that(step != 0, this, operands, "the step must not be 0");
    Dim last = start.plus(x.dim(axis).minus(1).times(step));
    if (!x.dim(axis).is(0) && !(Slice.isInside(start, size) && Slice.isInside(last, size))) {
      throw Check.failure(
          this,
          operands,
          "positions %s to %s of axis %d lie outside its new length %s"
              .formatted(start, last, axis, size));
    }
    return List.of(x.withDim(axis, size));
  }
}
