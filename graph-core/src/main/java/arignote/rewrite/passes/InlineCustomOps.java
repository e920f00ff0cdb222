package arignote.rewrite.passes;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Substitution;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.CustomOp;
import arignote.ir.op.Probe;
import arignote.rewrite.InnerGraphs;
import arignote.rewrite.Pass;
import java.util.List;

/// Puts the decompositions of custom ops, named sub-graphs among them, in their place, in the
/// graphs inside of ops too, so that later passes see what they compute. Backends use it for graphs
/// that no pass has seen.
///
/// ```
/// %0 = subgraph {name="affine"} {
///   with %x: f32[B] = %x
///   with %b: f32[B] = %b
///   %1 = exp(%x) : f32[B]                      %0 = exp(%x) : f32[B]
///   %2 = add(%1, %b) : f32[B]          =>      %1 = add(%0, %b) : f32[B]
///   yield %2                                   return %1
/// } : f32[B]
/// return %0
/// ```
public final class InlineCustomOps implements Pass {
  private final boolean keepsProbes;

  /// Puts decompositions in place of all custom ops, so that probes do nothing.
  public InlineCustomOps() {
    this(false);
  }

  private InlineCustomOps(boolean keepsProbes) {
    this.keepsProbes = keepsProbes;
  }

  /// The pass that leaves probes as they are, for backends that know them.
  public static InlineCustomOps keepingProbes() {
    return new InlineCustomOps(true);
  }

  @Override
  public String name() {
    return "inline-custom-ops";
  }

  @Override
  public Graph apply(Graph graph) {
    Graph before;
    Graph after = graph;
    // A decomposition may contain custom ops, and scans with custom ops, in turn.
    do {
      before = after;
      after = inlineOnce(InnerGraphs.rewrite(before, this::inlineOnce));
    } while (after != before);
    return after;
  }

  private Graph inlineOnce(Graph graph) {
    Substitution substitution = new Substitution();
    for (Apply apply : graph.applies()) {
      if (apply.op() instanceof CustomOp custom && !(keepsProbes && custom instanceof Probe)) {
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
