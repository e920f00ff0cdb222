package arignote.ir.op;

import arignote.ir.Dim;
import arignote.ir.TensorType;
import arignote.tensor.DType;
import java.util.List;

/// The length of an axis as an `i64` scalar, so that graphs can compute with it: the `T*B` that a
/// mean divides by.
public record DimSize(Dim dim) implements CoreOp {
  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.count(this, operands, 0);
    return List.of(TensorType.scalar(DType.I64));
  }
}
