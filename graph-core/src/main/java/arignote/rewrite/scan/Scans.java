package arignote.rewrite.scan;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Substitution;
import arignote.ir.Variable;
import arignote.ir.op.Scan;
import java.util.ArrayList;
import java.util.List;

/// Rewrites the scans of a graph one by one, those inside a body before the scan that it belongs to:
/// what leaves an inner loop can then leave the outer one too.
final class Scans {
  private Scans() {}

  /// What a pass makes of one scan.
  @FunctionalInterface
  interface Rewrite {
    /// The variables that take the place of the scan's results, in their order; the results
    /// themselves if there is nothing to do.
    ///
    /// @param apply the scan's node, its operands and the inside of its body rewritten already
    /// @param scan the node's op
    List<? extends Variable> apply(Apply apply, Scan scan);
  }

  static Graph rewrite(Graph graph, Rewrite rewrite) {
    Substitution substitution = new Substitution();
    boolean changed = false;
    for (Apply apply : graph.applies()) {
      if (!(apply.op() instanceof Scan scan)) {
        substitution.rebuild(apply);
        continue;
      }
      Apply current = withBody(apply, scan, rewrite(scan.body(), rewrite), substitution);
      List<? extends Variable> results = rewrite.apply(current, (Scan) current.op());
      for (int i = 0; i < results.size(); i++) {
        if (results.get(i) != apply.results().get(i)) {
          substitution.put(apply.results().get(i), results.get(i));
          changed = true;
        }
      }
    }
    return changed ? substitution.apply(graph) : graph;
  }

  private static Apply withBody(
      Apply apply, Scan scan, Graph body, Substitution substitution) {
    List<Variable> operands = new ArrayList<>();
    apply.operands().forEach(operand -> operands.add(substitution.get(operand)));
    if (body.equals(scan.body()) && operands.equals(apply.operands())) {
      return apply;
    }
    Scan rewritten =
        body.equals(scan.body())
            ? scan
            : new Scan(body, scan.sequences(), scan.carries(), scan.steps(), scan.reverse());
    return Apply.of(rewritten, operands, apply.site());
  }
}
