package arignote.ir.op;

import arignote.ir.Dim;
import arignote.ir.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Combines the elements along some axes, which the result lacks: `sum` of `f32[T,B,D]` over
/// `axes=[0]` is `f32[B,D]`. Over no axes it changes nothing.
///
/// @param axes distinct, ascending
public record Reduce(ReduceFn fn, List<Integer> axes) implements CoreOp {
  public Reduce {
    axes = axes.stream().sorted().toList();
  }

  @Override
  public String mnemonic() {
    return fn.mnemonic();
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.count(this, operands, 1);
    TensorType x = operands.getFirst();
    Check.axes(this, operands, axes, x.rank());
    Check.defined(fn.accepts(x.dtype()), this, operands, x.dtype());
    List<Dim> kept = new ArrayList<>();
    for (int axis = 0; axis < x.rank(); axis++) {
      if (!axes.contains(axis)) {
        kept.add(x.dim(axis));
      }
    }
    return List.of(x.withShape(kept));
  }
}
