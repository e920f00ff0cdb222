package arignote.ir.op;

import arignote.ir.TensorType;
import java.util.List;

/// A function of each element: `f(x)`, the shape kept.
public record Unary(UnaryFn fn) implements CoreOp {
  @Override
  public String mnemonic() {
    return fn.mnemonic();
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.count(this, operands, 1);
    TensorType x = operands.getFirst();
    Check.defined(fn.accepts(x.dtype()), this, operands, x.dtype());
    return List.of(x.withDtype(fn.resultDtype(x.dtype())));
  }
}
