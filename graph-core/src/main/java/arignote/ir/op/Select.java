package arignote.ir.op;

import arignote.ir.TensorType;
import arignote.tensor.DType;
import java.util.List;

/// For each element, the second operand where the first, a bool, is true, else the third: NumPy's
/// `where`, Theano's `switch`. All three of one shape. Both sides are computed; the gradient of the
/// side not taken is 0, never NaN.
public record Select() implements CoreOp {
  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.count(this, operands, 3);
    TensorType condition = operands.getFirst();
    TensorType value = operands.get(1);
    Check.that(
        condition.equals(value.withDtype(DType.BOOL)) && value.equals(operands.get(2)),
        this,
        operands,
        "takes a bool condition and two values of one type, all of one shape");
    return List.of(value);
  }
}
