package arignote.ir.op;

import arignote.ir.TensorType;
import arignote.tensor.DType;
import java.util.List;

/// A comparison of each pair of elements: both operands of one type, the result bool of their
/// shape.
public record Compare(CompareFn fn) implements CoreOp {
  @Override
  public String mnemonic() {
    return fn.mnemonic();
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.count(this, operands, 2);
    Check.sameTypes(this, operands);
    return List.of(operands.getFirst().withDtype(DType.BOOL));
  }
}
