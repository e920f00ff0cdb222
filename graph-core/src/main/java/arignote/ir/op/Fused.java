package arignote.ir.op;

import arignote.ir.Graph;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import java.util.List;

/// Elementwise ops that run as one loop: what the body computes, without its intermediate values in
/// memory. Made by the pass that fuses; not in the DSL.
///
/// All outputs of the body have one shape, that of the loop; its nodes are elementwise ops, and
/// broadcasts and fills to that shape.
///
/// @param body closed, and without shared variables
public record Fused(Graph body) implements CoreOp {
  public Fused {
    long shapes = body.outputs().stream().map(output -> output.type().shape()).distinct().count();
    if (shapes != 1) {
      throw new TypeException(
          "fused: outputs need one shape, found "
              + Check.quote(body.outputs().stream().map(output -> output.type()).toList()));
    }
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    List<TensorType> expected = body.inputs().stream().map(input -> input.type()).toList();
    Check.that(operands.equals(expected), this, operands, "takes " + Check.quote(expected));
    return body.outputs().stream().map(output -> output.type()).toList();
  }
}
