package arignote.ir.op;

import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.tensor.HostTensor;
import java.util.List;

/// A tensor of one value.
///
/// @param value must be exact in the type's dtype, but for floats, which are rounded to it
public record Fill(double value, TensorType type) implements CoreOp {
  public Fill {
    if (!type.dtype().isFloat() && HostTensor.scalar(type.dtype(), value).item() != value) {
      throw new TypeException("fill: " + value + " is not a value of " + type.dtype());
    }
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.count(this, operands, 0);
    return List.of(type);
  }
}
