package arignote.ir.op;

import arignote.ir.TensorType;
import java.util.List;

/// The first operand with updates, the third, added to or put at the positions that a [Gather] with
/// the same indices, the second, would read. An index outside `0 <= i < n` is an error at run time.
/// The adjoint of a gather is a `scatter_add` into zeros.
public record Scatter(ScatterFn fn, int axis, int batch) implements CoreOp {
  @Override
  public String mnemonic() {
    return fn.mnemonic();
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.count(this, operands, 3);
    TensorType x = operands.get(0);
    TensorType updates = operands.get(2);
    TensorType expected =
        x.withShape(Gather.gatheredShape(this, operands, x, operands.get(1), axis, batch));
    if (!updates.equals(expected)) {
      throw Check.failure(this, operands, "takes updates of type " + expected);
    }
    Check.that(
        fn == ScatterFn.SET || x.dtype().isNumeric(), this, operands, "is not defined on bool");
    return List.of(x);
  }
}
