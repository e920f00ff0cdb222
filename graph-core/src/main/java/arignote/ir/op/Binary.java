package arignote.ir.op;

import arignote.ir.TensorType;
import java.util.List;

/// A function of each pair of elements: `f(x, y)`, both operands of one type, which the result has
/// too. The DSL broadcasts and promotes before.
public record Binary(BinaryFn fn) implements CoreOp {
  @Override
  public String mnemonic() {
    return fn.mnemonic();
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.count(this, operands, 2);
    Check.sameTypes(this, operands);
    TensorType x = operands.getFirst();
    Check.defined(fn.accepts(x.dtype()), this, operands, x.dtype());
    return List.of(x);
  }
}
