package arignote.ir.op;

import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import java.util.List;
import java.util.stream.Stream;

/// Elementwise ops, and reductions of what they compute, that run as one loop: what the body
/// computes, without its intermediate values in memory. Made by the passes that fuse; not in the
/// DSL.
///
/// All values of the body have one shape, that of the loop, or are broadcast to it: its nodes are
/// elementwise ops, broadcasts, fills and the like. An output may also be a [Concat] of such
/// values, which nothing in the body reads: the loop then writes each of them to its place in the
/// output.
///
/// Reductions, if there are any, are all along the same axes of values of the loop's shape. The
/// elements along these axes are a row. What a reduction makes of a row may be used by elementwise
/// ops, with the reduced axes missing or 1 long, and is broadcast along its row only: so rows need
/// nothing of each other, and a row that fits in a cache is read and written once. Outputs have the
/// shape of the loop, or that of a reduction's result. A softmax:
///
/// ```
/// %0 = fused {
///   with %x: f32[B,C] = %x
///   %1 = max(%x) {axes=[1]} : f32[B]
///   %2 = reshape(%1) : f32[B,1]
///   %3 = broadcast(%2) : f32[B,C]
///   %4 = sub(%x, %3) : f32[B,C]
///   %5 = exp(%4) : f32[B,C]
///   %6 = sum(%5) {axes=[1]} : f32[B]
///   %7 = reshape(%6) : f32[B,1]
///   %8 = broadcast(%7) : f32[B,C]
///   %9 = div(%5, %8) : f32[B,C]
///   yield %9
/// } : f32[B,C]
/// ```
///
/// [LoopAxes] says along which axes of the loop each value lies.
///
/// @param body closed, and without shared variables
public record Fused(Graph body) implements CoreOp {
  public Fused {
    LoopAxes.of(body);
  }

  /// The values that are written for an output of a body: itself, or the parts of a concatenation.
  public static Stream<Variable> written(Variable output) {
    return output instanceof Result result && result.apply().op() instanceof Concat
        ? result.apply().operands().stream()
        : Stream.of(output);
  }

  /// The shape that the loop runs over.
  public List<Dim> shape() {
    return LoopAxes.of(body).shape();
  }

  /// Whether anything is reduced.
  public boolean reduces() {
    return body.applies().stream().anyMatch(apply -> apply.op() instanceof Reduce);
  }

  @Override
  public List<Graph> innerGraphs() {
    return List.of(body);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    List<TensorType> expected = body.inputs().stream().map(input -> input.type()).toList();
    if (!operands.equals(expected)) {
      throw Check.failure(this, operands, "takes " + Check.quote(expected));
    }
    return body.outputs().stream().map(output -> output.type()).toList();
  }
}
