package arignote.rewrite.scan;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Substitution;
import arignote.ir.Variable;
import arignote.ir.op.Scan;
import arignote.rewrite.Pass;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// Takes out of scans what nobody reads: stacked outputs and carries that are not used, then
/// sequences and captured values that the body no longer needs. What is stacked twice is stacked
/// once.
///
/// ```
/// %0, %1, %2 = scan { ... next %h  stack %h  stack %c }    %2 unused
///     =>
/// %0, %1 = scan { ... next %h  stack %h }
/// ```
public final class PruneScans implements Pass {
  @Override
  public String name() {
    return "prune-scans";
  }

  @Override
  public Graph apply(Graph graph) {
    Set<Variable> used = Collections.newSetFromMap(new IdentityHashMap<>());
    used.addAll(graph.outputs());
    List<Apply> applies = graph.applies();
    Map<Apply, Pruned> pruned = new IdentityHashMap<>();
    for (Apply apply : applies.reversed()) {
      if (apply.results().stream().noneMatch(used::contains)) {
        continue;
      }
      if (apply.op() instanceof Scan scan) {
        Pruned kept = prune(apply, scan, used);
        pruned.put(apply, kept);
        kept.operands().forEach(operand -> used.add(apply.operand(operand)));
      } else {
        used.addAll(apply.operands());
      }
    }
    Substitution substitution = new Substitution();
    for (Apply apply : applies) {
      Pruned kept = pruned.get(apply);
      if (kept != null && (kept.isSmallerThan(apply) || !kept.scan().equals(apply.op()))) {
        kept.replace(apply, substitution);
      } else {
        substitution.rebuild(apply);
      }
    }
    return substitution.apply(graph);
  }

  /// A smaller scan.
  ///
  /// @param operands which operands of the old scan it has
  /// @param results for each result of the old scan that is used, the position in the new one; -1
  ///   for the others
  private record Pruned(Scan scan, List<Integer> operands, List<Integer> results) {
    boolean isSmallerThan(Apply apply) {
      return operands.size() < apply.operands().size()
          || results.contains(-1)
          || results.stream().distinct().count() < results.size();
    }

    void replace(Apply apply, Substitution substitution) {
      Apply smaller =
          Apply.of(
              scan,
              operands.stream().map(i -> substitution.get(apply.operand(i))).toList(),
              apply.site());
      for (int i = 0; i < results.size(); i++) {
        if (results.get(i) >= 0) {
          substitution.put(apply.results().get(i), smaller.results().get(results.get(i)));
        }
      }
    }
  }

  private Pruned prune(Apply apply, Scan scan, Set<Variable> used) {
    List<Result> results = apply.results();
    List<Variable> stacked = new ArrayList<>();
    int[] positions = new int[scan.stackedOutputs().size()];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = -1;
      if (used.contains(results.get(scan.carries() + i))) {
        Variable output = scan.stackedOutputs().get(i);
        if (!stacked.contains(output)) {
          stacked.add(output);
        }
        positions[i] = stacked.indexOf(output);
      }
    }
    List<Integer> carries = usedCarries(scan, results, stacked, used);
    List<Variable> outputs = new ArrayList<>();
    carries.forEach(carry -> outputs.add(scan.nextCarries().get(carry)));
    outputs.addAll(stacked);
    Set<Variable> needed = Collections.newSetFromMap(new IdentityHashMap<>());
    needed.addAll(new Graph(scan.body().inputs(), outputs).leaves());
    List<Integer> sequences = neededInputs(scan.body().inputs(), 0, scan.sequences(), needed);
    List<Integer> operands = new ArrayList<>(sequences);
    carries.forEach(carry -> operands.add(scan.sequences() + carry));
    operands.addAll(
        neededInputs(
            scan.body().inputs(),
            scan.sequences() + scan.carries(),
            scan.body().inputs().size(),
            needed));
    List<Input> inputs = operands.stream().map(scan.body().inputs()::get).toList();
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < scan.carries(); i++) {
      kept.add(carries.indexOf(i));
    }
    for (int position : positions) {
      kept.add(position < 0 ? -1 : carries.size() + position);
    }
    Scan smaller =
        new Scan(
            apply(new Graph(inputs, outputs)),
            sequences.size(),
            carries.size(),
            scan.steps(),
            scan.reverse());
    return new Pruned(smaller, operands, kept);
  }

  private static List<Integer> neededInputs(
      List<Input> inputs, int from, int to, Set<Variable> needed) {
    return IntStream.range(from, to).filter(i -> needed.contains(inputs.get(i))).boxed().toList();
  }

  /// The carries whose last value is used, or that something used depends on.
  private static List<Integer> usedCarries(
      Scan scan, List<Result> results, List<Variable> stacked, Set<Variable> used) {
    Set<Integer> carries = new TreeSet<>();
    for (int i = 0; i < scan.carries(); i++) {
      if (used.contains(results.get(i))) {
        carries.add(i);
      }
    }
    boolean grown = true;
    while (grown) {
      List<Variable> outputs = new ArrayList<>(stacked);
      carries.forEach(carry -> outputs.add(scan.nextCarries().get(carry)));
      Set<Variable> leaves = new Graph(scan.body().inputs(), outputs).leaves();
      grown = false;
      for (int i = 0; i < scan.carries(); i++) {
        grown |= leaves.contains(scan.carryInputs().get(i)) && carries.add(i);
      }
    }
    return List.copyOf(carries);
  }
}
