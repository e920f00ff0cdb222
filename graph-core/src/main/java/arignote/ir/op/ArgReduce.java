package arignote.ir.op;

import arignote.ir.Dim;
import arignote.ir.TensorType;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/// The position of the largest or smallest element along an axis, which the result lacks, as `i64`.
/// A result of no elements, along an empty axis, is an error at run time.
public record ArgReduce(ArgReduceFn fn, int axis) implements CoreOp {
  @Override
  public String mnemonic() {
    return fn.mnemonic();
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.count(this, operands, 1);
    TensorType x = operands.getFirst();
    Check.axis(this, operands, axis, x.rank());
    Check.that(x.dtype().isNumeric(), this, operands, "is not defined on bool");
    List<Dim> kept = new ArrayList<>(x.shape());
    kept.remove(axis);
    return List.of(new TensorType(DType.I64, kept));
  }
}
