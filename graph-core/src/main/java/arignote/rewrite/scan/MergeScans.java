package arignote.rewrite.scan;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Substitution;
import arignote.ir.Variable;
import arignote.ir.op.Scan;
import arignote.rewrite.InnerGraphs;
import arignote.rewrite.Pass;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Makes one of scans that run the same steps on the same operands and differ in what they stack
/// only. Gradients leave such pairs behind: the scan as the user wrote it, and a copy that stacks
/// the residuals for the way back.
///
/// ```
/// %0, %1 = scan { ... next %h  stack %h }
/// %2, %3, %4 = scan { ... next %h  stack %h  stack %gate }     (same operands)
///     =>
/// %0, %1, %2 = scan { ... next %h  stack %h  stack %gate }
/// ```
///
/// Bodies are compared by the identity of their inputs and next carries, so this pass comes before
/// any that rebuilds bodies.
public final class MergeScans implements Pass {
  private record Steps(
      List<Variable> operands,
      List<Input> inputs,
      List<Variable> next,
      int sequences,
      Dim steps,
      boolean reverse) {}

  @Override
  public String name() {
    return "merge-scans";
  }

  @Override
  public Graph apply(Graph graph) {
    return merge(InnerGraphs.rewrite(graph, MergeScans::merge));
  }

  private static Graph merge(Graph graph) {
    // Operands may themselves be results of scans to be merged, so one round can make room for
    // another, at most as many as scans feed into each other.
    Graph before;
    Graph after = graph;
    do {
      before = after;
      after = mergeOnce(before);
    } while (!after.equals(before));
    return after;
  }

  private static Graph mergeOnce(Graph graph) {
    Map<Steps, List<Apply>> groups = new LinkedHashMap<>();
    List<Apply> applies = graph.applies();
    for (Apply apply : applies) {
      if (apply.op() instanceof Scan scan) {
        groups.computeIfAbsent(stepsOf(apply, scan), _ -> new ArrayList<>()).add(apply);
      }
    }
    Substitution substitution = new Substitution();
    for (Apply apply : applies) {
      if (apply.op() instanceof Scan scan) {
        List<Apply> group = groups.getOrDefault(stepsOf(apply, scan), List.of());
        if (group.size() > 1) {
          if (group.getFirst().equals(apply)) {
            merge(group, substitution);
          }
          continue;
        }
      }
      substitution.rebuild(apply);
    }
    return substitution.apply(graph);
  }

  private static Steps stepsOf(Apply apply, Scan scan) {
    return new Steps(
        apply.operands(),
        scan.body().inputs(),
        scan.nextCarries(),
        scan.sequences(),
        scan.steps(),
        scan.reverse());
  }

  private static void merge(List<Apply> group, Substitution substitution) {
    Set<Variable> stacked = new LinkedHashSet<>();
    for (Apply apply : group) {
      stacked.addAll(((Scan) apply.op()).stackedOutputs());
    }
    Apply first = group.getFirst();
    Scan scan = (Scan) first.op();
    List<Variable> outputs = new ArrayList<>(scan.nextCarries());
    outputs.addAll(stacked);
    Scan merged =
        new Scan(
            new Graph(scan.body().inputs(), outputs),
            scan.sequences(),
            scan.carries(),
            scan.steps(),
            scan.reverse());
    Apply one =
        Apply.of(merged, first.operands().stream().map(substitution::get).toList(), first.site());
    List<Variable> positions = List.copyOf(stacked);
    for (Apply apply : group) {
      Scan each = (Scan) apply.op();
      for (int i = 0; i < each.carries(); i++) {
        substitution.put(apply.results().get(i), one.results().get(i));
      }
      for (int i = 0; i < each.stackedOutputs().size(); i++) {
        int position = positions.indexOf(each.stackedOutputs().get(i));
        substitution.put(
            apply.results().get(each.carries() + i), one.results().get(each.carries() + position));
      }
    }
  }
}
