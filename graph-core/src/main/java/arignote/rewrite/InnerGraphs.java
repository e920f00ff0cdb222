package arignote.rewrite;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Substitution;
import arignote.ir.op.Cond;
import arignote.ir.op.Op;
import arignote.ir.op.Scan;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/// Passes on the graphs inside of ops: the bodies of scans and the branches of conditionals. What
/// runs as one loop already, the body of a fused op, is left alone.
public final class InnerGraphs {
  private InnerGraphs() {}

  /// The graph with each body and branch, those inside others included, replaced by what `rewrite`
  /// makes of it, innermost first. `rewrite` must keep inputs and outputs as they are in number and
  /// type.
  public static Graph rewrite(Graph graph, UnaryOperator<Graph> rewrite) {
    return rewrite(graph, (_, body) -> rewrite.apply(body), rewrite);
  }

  /// The same for a rewrite of bodies that looks at the scan too, whose body is the one before this
  /// rewrite.
  public static Graph rewrite(
      Graph graph, BiFunction<Scan, Graph, Graph> ofBody, UnaryOperator<Graph> ofBranch) {
    return rewriteOps(
        graph,
        op ->
            switch (op) {
              case Scan scan -> {
                Scan inner = withBody(scan, rewrite(scan.body(), ofBody, ofBranch));
                yield withBody(inner, ofBody.apply(inner, inner.body()));
              }
              case Cond cond ->
                  withBranches(cond, branch -> ofBranch.apply(rewrite(branch, ofBody, ofBranch)));
              default -> op;
            });
  }

  /// The graph with the bodies and branches of its own ops, not those inside them, replaced by what
  /// `rewrite` makes of them.
  public static Graph rewriteOutermost(Graph graph, UnaryOperator<Graph> rewrite) {
    return rewriteOps(
        graph,
        op ->
            switch (op) {
              case Scan scan -> withBody(scan, rewrite.apply(scan.body()));
              case Cond cond -> withBranches(cond, rewrite);
              default -> op;
            });
  }

  private static Graph rewriteOps(Graph graph, UnaryOperator<Op> rewrite) {
    Substitution substitution = new Substitution();
    for (Apply apply : graph.applies()) {
      Op rewritten = rewrite.apply(apply.op());
      if (rewritten == apply.op()) {
        substitution.rebuild(apply);
      } else {
        substitution.putResults(
            apply,
            Apply.of(
                rewritten,
                apply.operands().stream().map(substitution::get).toList(),
                apply.site()));
      }
    }
    return substitution.apply(graph);
  }

  private static Scan withBody(Scan scan, Graph body) {
    return body.equals(scan.body())
        ? scan
        : new Scan(body, scan.sequences(), scan.carries(), scan.steps(), scan.reverse());
  }

  private static Cond withBranches(Cond cond, UnaryOperator<Graph> rewrite) {
    Graph then = rewrite.apply(cond.then());
    Graph otherwise = rewrite.apply(cond.otherwise());
    return then.equals(cond.then()) && otherwise.equals(cond.otherwise())
        ? cond
        : new Cond(then, otherwise);
  }
}
