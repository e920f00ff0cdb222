package arignote.rewrite.scan;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Substitution;
import arignote.ir.Variable;
import arignote.ir.op.Scan;
import arignote.rewrite.InnerGraphs;
import java.util.List;

/// Rewrites the scans of a graph one by one: inner ones first, so that what leaves an inner loop
/// can then leave the outer one too, or outer ones first for what goes the other way.
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

  /// Rewrites scans inside bodies before those that they are in.
  static Graph rewrite(Graph graph, Rewrite rewrite) {
    Graph inner = InnerGraphs.rewriteOutermost(graph, body -> rewrite(body, rewrite));
    return rewriteOutermost(inner, rewrite);
  }

  /// Rewrites scans before those inside their bodies.
  static Graph rewriteOuterFirst(Graph graph, Rewrite rewrite) {
    Graph outer = rewriteOutermost(graph, rewrite);
    return InnerGraphs.rewriteOutermost(outer, body -> rewriteOuterFirst(body, rewrite));
  }

  /// Rewrites the graph's own scans, and none inside bodies.
  static Graph rewriteOutermost(Graph graph, Rewrite rewrite) {
    Substitution substitution = new Substitution();
    boolean changed = false;
    for (Apply apply : graph.applies()) {
      Apply current = substitution.rebuild(apply);
      if (current.op() instanceof Scan scan) {
        List<? extends Variable> results = rewrite.apply(current, scan);
        for (int i = 0; i < results.size(); i++) {
          if (results.get(i) != current.results().get(i)) {
            substitution.put(apply.results().get(i), results.get(i));
            changed = true;
          }
        }
      }
    }
    return changed ? substitution.apply(graph) : graph;
  }
}
