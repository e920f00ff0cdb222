package arignote.rewrite;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Substitution;
import arignote.ir.op.Scan;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/// Passes on the bodies of scans.
public final class InnerGraphs {
  private InnerGraphs() {}

  /// The graph with each scan's body, those inside bodies included, replaced by what `rewrite`
  /// makes of it, innermost first. `rewrite` must keep inputs and outputs as they are in number and
  /// type.
  public static Graph rewrite(Graph graph, UnaryOperator<Graph> rewrite) {
    return rewriteBodies(graph, (_, body) -> rewrite.apply(body));
  }

  /// The same for a `rewrite` that looks at the scan too, whose body is the one before this
  /// rewrite.
  public static Graph rewriteBodies(Graph graph, BiFunction<Scan, Graph, Graph> rewrite) {
    return rewriteScans(
        graph,
        scan -> {
          Scan inner = withBody(scan, rewriteBodies(scan.body(), rewrite));
          return withBody(inner, rewrite.apply(inner, inner.body()));
        });
  }

  /// The graph with each of its own scans, not those inside bodies, replaced by what `rewrite`
  /// makes of it, which must take the same operands to results of the same types.
  public static Graph rewriteScans(Graph graph, UnaryOperator<Scan> rewrite) {
    Substitution substitution = new Substitution();
    for (Apply apply : graph.applies()) {
      if (apply.op() instanceof Scan scan) {
        Scan rewritten = rewrite.apply(scan);
        if (rewritten != scan) {
          substitution.putResults(
              apply,
              Apply.of(
                  rewritten,
                  apply.operands().stream().map(substitution::get).toList(),
                  apply.site()));
          continue;
        }
      }
      substitution.rebuild(apply);
    }
    return substitution.apply(graph);
  }

  /// The scan with another body for the same operands; the same instance if the body is the same.
  public static Scan withBody(Scan scan, Graph body) {
    return body.equals(scan.body())
        ? scan
        : new Scan(body, scan.sequences(), scan.carries(), scan.steps(), scan.reverse());
  }
}
