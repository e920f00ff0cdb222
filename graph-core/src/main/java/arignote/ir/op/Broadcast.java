package arignote.ir.op;

import arignote.ir.Dim;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import java.util.List;

/// Repeats a tensor along new leading axes and along axes of length 1, by NumPy's rule: shapes are
/// aligned at their last axis. Only an axis whose length is 1 in the type is repeated; one whose
/// symbol happens to be bound to 1 is not.
public record Broadcast(List<Dim> shape) implements CoreOp {
  public Broadcast {
    shape = List.copyOf(shape);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.count(this, operands, 1);
    TensorType x = operands.getFirst();
    TensorType result = x.withShape(shape);
    int added = shape.size() - x.rank();
    boolean fits = added >= 0;
    for (int axis = 0; fits && axis < x.rank(); axis++) {
      fits = x.dim(axis).is(1) || x.dim(axis).equals(shape.get(added + axis));
    }
    if (!fits) {
      throw new TypeException("broadcast: cannot broadcast " + x + " to " + result);
    }
    return List.of(result);
  }
}
