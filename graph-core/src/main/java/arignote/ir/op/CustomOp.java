package arignote.ir.op;

import arignote.ir.Graph;
import arignote.ir.TensorType;
import java.util.List;

/// An op of the user's: a record with a [#decomposition] into other ops, which gives it its
/// gradient and an implementation on every backend.
public non-sealed interface CustomOp extends Op {
  /// What the op computes, for operands of these types: one input an operand, one output a result.
  Graph decomposition(List<TensorType> operands);

  @Override
  default List<TensorType> inferTypes(List<TensorType> operands) {
    return decomposition(operands).outputs().stream().map(output -> output.type()).toList();
  }
}
