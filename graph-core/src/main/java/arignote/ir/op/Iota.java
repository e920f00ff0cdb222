package arignote.ir.op;

import arignote.ir.TensorType;
import arignote.ir.TypeException;
import java.util.List;

/// Each element's position along an axis: `0, 1, 2, ...`. NumPy's `arange`.
public record Iota(int axis, TensorType type) implements CoreOp {
  public Iota {
    if (axis < 0 || axis >= type.rank() || !type.dtype().isNumeric()) {
      throw new TypeException("iota: cannot count along axis " + axis + " of " + type);
    }
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.count(this, operands, 0);
    return List.of(type);
  }
}
