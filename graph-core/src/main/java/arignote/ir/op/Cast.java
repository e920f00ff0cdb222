package arignote.ir.op;

import arignote.ir.TensorType;
import arignote.tensor.DType;
import java.util.List;

/// Each element converted to another dtype: to a float the nearest value; from a float to an
/// integer towards zero, saturating, NaN to 0 (Java's casts); to bool whether it differs from 0;
/// between integers wrapping.
public record Cast(DType to) implements CoreOp {
  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.count(this, operands, 1);
    return List.of(operands.getFirst().withDtype(to));
  }
}
