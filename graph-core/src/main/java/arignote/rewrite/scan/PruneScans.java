package arignote.rewrite.scan;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Substitution;
import arignote.ir.Variable;
import arignote.ir.op.Scan;
import arignote.rewrite.InnerGraphs;
import arignote.rewrite.Pass;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Takes out of scans what they can do without: stacked outputs and carries that nobody reads, and
/// then sequences and captured values that the body no longer needs; operands that are there twice;
/// carries that never change, which become captured values, and carries that are always equal to
/// another; what is stacked a second time as part of a concatenation.
///
/// ```
/// %0, %1, %2, %3 = scan {                   %0, %1 = scan {
///   over  %x: f32[B] = %xs                    over  %x: f32[B] = %xs
///   over  %y: f32[B] = %xs                    carry %e: f32[B] = %zero
///   carry %c: f32[B] = %zero        =>        with  %d: f32[B] = %scale
///   carry %d: f32[B] = %scale                 %4 = mul(%x, %d)
///   carry %e: f32[B] = %zero                  %5 = add(%x, %e)
///   %4 = mul(%x, %d)                          next  %5
///   %5 = add(%y, %e)                          stack %4
///   next  %4, %d, %5                        }
///   stack %4
/// }                       %0 unused
/// ```
public final class PruneScans implements Pass {
  @Override
  public String name() {
    return "prune-scans";
  }

  @Override
  public Graph apply(Graph graph) {
    Graph before;
    Graph after = graph;
    do {
      before = after;
      // What an inner loop no longer captures, its outer loop need not capture in the next round.
      after = InnerGraphs.rewriteOutermost(prune(before), this::apply);
    } while (!after.equals(before));
    return after;
  }

  /// Prunes the graph's own scans.
  private static Graph prune(Graph graph) {
    Map<Apply, NeededParts> needed = needed(graph);
    Substitution substitution = new Substitution();
    boolean changed = false;
    for (Apply apply : graph.applies()) {
      Apply current = substitution.rebuild(apply);
      NeededParts parts = needed.get(apply);
      if (parts != null && current.op() instanceof Scan scan) {
        Map<Integer, Variable> results = new PrunedScan(current, scan, parts).results();
        results.forEach((i, result) -> substitution.put(apply.results().get(i), result));
        changed |= !results.isEmpty();
      }
    }
    return changed ? substitution.apply(graph) : graph;
  }

  /// What is needed of each scan that something reads.
  private static Map<Apply, NeededParts> needed(Graph graph) {
    Set<Variable> read = new HashSet<>(graph.outputs());
    Map<Apply, NeededParts> needed = new HashMap<>();
    List<Apply> applies = graph.applies();
    for (Apply apply : applies.reversed()) {
      if (apply.results().stream().noneMatch(read::contains)) {
        continue;
      }
      if (apply.op() instanceof Scan scan) {
        NeededParts parts = NeededParts.of(apply, scan, read);
        needed.put(apply, parts);
        for (int i = 0; i < apply.operands().size(); i++) {
          if (parts.inputs().contains(scan.body().inputs().get(i))) {
            read.add(apply.operand(i));
          }
        }
      } else {
        read.addAll(apply.operands());
      }
    }
    return needed;
  }
}
