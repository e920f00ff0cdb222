package arignote.ir.op;

import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import java.util.List;
import java.util.stream.Stream;

/// Elementwise ops that run as one loop: what the body computes, without its intermediate values in
/// memory. Made by the pass that fuses; not in the DSL.
///
/// All values of the body have one shape, that of the loop, or are broadcast to it: its nodes are
/// elementwise ops, broadcasts, fills and the like. An output may also be a [Concat] of such
/// values, which nothing in the body reads: the loop then writes each of them to its place in the
/// output.
///
/// @param body closed, and without shared variables
public record Fused(Graph body) implements CoreOp {
  public Fused {
    long shapes =
        body.outputs().stream()
            .flatMap(Fused::written)
            .map(value -> value.type().shape())
            .distinct()
            .count();
    if (shapes != 1) {
      throw new TypeException(
          "fused: outputs need one shape, found "
              + Check.quote(body.outputs().stream().map(output -> output.type()).toList()));
    }
  }

  /// The values that are written for an output of a body: itself, or the parts of a concatenation.
  public static Stream<Variable> written(Variable output) {
    return output instanceof Result result && result.apply().op() instanceof Concat
        ? result.apply().operands().stream()
        : Stream.of(output);
  }

  /// The shape that the loop runs over.
  public List<Dim> shape() {
    return written(body.outputs().getFirst()).findFirst().orElseThrow().type().shape();
  }

  @Override
  public List<Graph> innerGraphs() {
    return List.of(body);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    List<TensorType> expected = body.inputs().stream().map(input -> input.type()).toList();
    Check.that(operands.equals(expected), this, operands, "takes " + Check.quote(expected));
    return body.outputs().stream().map(output -> output.type()).toList();
  }
}
