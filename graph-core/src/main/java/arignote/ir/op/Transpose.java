package arignote.ir.op;

import arignote.ir.TensorType;
import java.util.List;

/// The axes in another order: axis `i` of the result is axis `permutation[i]` of the operand.
public record Transpose(List<Integer> permutation) implements CoreOp {
  public Transpose {
    permutation = List.copyOf(permutation);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.count(this, operands, 1);
    TensorType x = operands.getFirst();
    Check.axes(this, operands, permutation, x.rank());
    if (permutation.size() != x.rank()) {
      throw Check.failure(
          this, operands, "needs an order of all " + x.rank() + " axes, not " + permutation);
    }
    return List.of(x.withShape(permutation.stream().map(x::dim).toList()));
  }
}
