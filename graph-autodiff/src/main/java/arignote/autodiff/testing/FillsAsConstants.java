package arignote.autodiff.testing;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.Substitution;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Fill;
import arignote.rewrite.InnerGraphs;
import arignote.rewrite.Pass;
import arignote.tensor.HostTensor;
import java.util.List;

/// Gives tensors of one known value one form, which the optimiser need not: a scalar constant,
/// broadcast at once.
///
/// ```
/// %1 = fill() {value=2.0} : f32[N]     =>     %0 = constant {value=2.0} : f32
///                                             %1 = broadcast(%0) : f32[N]
/// ```
final class FillsAsConstants implements Pass {
  @Override
  public String name() {
    return "fills-as-constants";
  }

  @Override
  public Graph apply(Graph graph) {
    return rewrite(InnerGraphs.rewrite(graph, FillsAsConstants::rewrite));
  }

  private static Graph rewrite(Graph graph) {
    Substitution substitution = new Substitution();
    for (Apply apply : graph.applies()) {
      Apply rebuilt = substitution.rebuild(apply);
      switch (rebuilt.op()) {
        case Fill(double value, TensorType type) -> {
          Constant constant = new Constant(HostTensor.scalar(type.dtype(), value));
          substitution.put(apply.result(), broadcast(constant, apply));
        }
        case Broadcast _
            when rebuilt.operand(0) instanceof Result inner
                && inner.apply().op() instanceof Broadcast
                && inner.apply().operand(0) instanceof Constant constant
                && constant.type().isScalar() ->
            substitution.put(apply.result(), broadcast(constant, apply));
        default -> {}
      }
    }
    return substitution.apply(graph);
  }

  private static Variable broadcast(Constant constant, Apply replaced) {
    TensorType type = replaced.result().type();
    return type.isScalar()
        ? constant
        : Apply.of(new Broadcast(type.shape()), List.of(constant), replaced.site()).result();
  }
}
