package arignote.backend.cpu;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Substitution;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.CustomOp;
import arignote.rewrite.InnerGraphs;
import java.util.List;

/// Puts the decompositions of custom ops in their place.
final class CustomOps {
  private CustomOps() {}

  /// The graph without custom ops, in bodies of scans too.
  static Graph decompose(Graph graph) {
    Graph before;
    Graph after = graph;
    // A decomposition may contain custom ops, and scans with custom ops, in turn.
    do {
      before = after;
      after = decomposeOnce(InnerGraphs.rewrite(before, CustomOps::decomposeOnce));
    } while (after != before);
    return after;
  }

  private static Graph decomposeOnce(Graph graph) {
    Substitution substitution = new Substitution();
    for (Apply apply : graph.applies()) {
      if (apply.op() instanceof CustomOp custom) {
        List<TensorType> types = apply.operands().stream().map(Variable::type).toList();
        Graph body = apply.site().during(() -> custom.decomposition(types));
        Substitution inner = new Substitution();
        for (int i = 0; i < types.size(); i++) {
          inner.put(body.inputs().get(i), substitution.get(apply.operand(i)));
        }
        List<Variable> outputs = inner.apply(body.outputs());
        for (int i = 0; i < outputs.size(); i++) {
          substitution.put(apply.results().get(i), outputs.get(i));
        }
      } else {
        substitution.rebuild(apply);
      }
    }
    return substitution.apply(graph);
  }
}
