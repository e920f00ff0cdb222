package arignote.ir.op;

import arignote.ir.Dim;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import java.util.List;

/// The same elements, in row-major order, under another shape with as many. Where the numbers of
/// elements depend on different symbols, that is checked when the symbols are bound.
public record Reshape(List<Dim> shape) implements CoreOp {
  public Reshape {
    shape = List.copyOf(shape);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.count(this, operands, 1);
    TensorType x = operands.getFirst();
    TensorType result = x.withShape(shape);
    Dim difference = x.size().minus(result.size());
    if (difference.constant().isPresent() && !difference.is(0)) {
      throw new TypeException(
          "reshape: cannot reshape "
              + x
              + " to "
              + result
              + ", the numbers of elements are "
              + x.size()
              + " and "
              + result.size()
              + " and must be equal");
    }
    return List.of(result);
  }
}
