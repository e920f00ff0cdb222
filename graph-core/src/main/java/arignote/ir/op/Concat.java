package arignote.ir.op;

import arignote.ir.Dim;
import arignote.ir.TensorType;
import java.util.List;

/// Tensors one after another along an axis, all other axes being the same.
public record Concat(int axis) implements CoreOp {
  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.that(!operands.isEmpty(), this, operands, "takes at least one operand");
    TensorType first = operands.getFirst();
    Dim length = Dim.of(0);
    for (TensorType operand : operands) {
      Check.axis(this, operands, axis, operand.rank());
      if (operand.rank() != first.rank() || !operand.withDim(axis, first.dim(axis)).equals(first)) {
        throw Check.failure(
            this,
            operands,
            "takes tensors that differ in axis " + axis + " only: reshape, slice or pad them");
      }
      length = length.plus(operand.dim(axis));
    }
    return List.of(first.withDim(axis, length));
  }
}
