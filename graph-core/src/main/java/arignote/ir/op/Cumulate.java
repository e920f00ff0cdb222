package arignote.ir.op;

import arignote.ir.TensorType;
import java.util.List;

/// Combines each element with all before it along an axis: `y[i] = x[0] + ... + x[i]` for `cumsum`,
/// and so on for products, largest and smallest elements. The result has the operand's type, which
/// is not `bool`; an axis may be empty.
///
/// It is what [Reduce] makes of the first elements, for each number of them: NumPy's
/// `ufunc.accumulate` but for the dtype of small integers, which the DSL casts first.
///
/// @param reverse whether it runs from the last element to the first: `y[i] = x[i] + ... + x[n-1]`
public record Cumulate(CumulateFn fn, int axis, boolean reverse) implements CoreOp {
  @Override
  public String mnemonic() {
    return fn.mnemonic();
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.count(this, operands, 1);
    TensorType x = operands.getFirst();
    Check.axis(this, operands, axis, x.rank());
    Check.defined(fn.reduction().accepts(x.dtype()), this, operands, x.dtype());
    return List.of(x);
  }
}
