package arignote.rewrite.scan;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Substitution;
import arignote.ir.Variable;
import arignote.ir.op.Scan;
import arignote.rewrite.InnerGraphs;
import arignote.rewrite.Pass;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes one loop of loops over as many steps in the same direction that do not wait for each
/// other.
///
/// ```
/// %0 = scan {                          %0, %1 = scan {
///   over  %x: f32[B] = %xs               over  %x: f32[B] = %xs
///   carry %h: f32[B] = %zero             over  %y: f32[B] = %ys
///   %2 = add(%h, %x)                     carry %h: f32[B] = %zero
///   next  %2                             carry %g: f32[B] = %zero
/// }                               =>     %2 = add(%h, %x)
/// %1 = scan {                            %3 = mul(%g, %y)
///   over  %y: f32[B] = %ys               next  %2, %3
///   carry %g: f32[B] = %zero           }
///   %3 = mul(%g, %y)
///   next  %3
/// }
/// ```
///
/// What the loops have in common, [MergeDuplicates][arignote.rewrite.passes.MergeDuplicates] and
/// [PruneScans] then do once: two loops that compute the same become one.
public final class MergeParallelScans implements Pass {
  private record Kind(int level, Dim steps, boolean reverse) {}

  @Override
  public String name() {
    return "merge-parallel-scans";
  }

  @Override
  public Graph apply(Graph graph) {
    return merge(InnerGraphs.rewrite(graph, MergeParallelScans::merge));
  }

  private static Graph merge(Graph graph) {
    List<Kind> kinds = new ArrayList<>();
    Map<Kind, List<Apply>> groups = groups(graph);
    groups.forEach((kind, group) -> {
      if (group.size() > 1) {
        kinds.add(kind);
      }
    });
    if (kinds.isEmpty()) {
      return graph;
    }
    // What a group waits for has a lower level and is merged when its turn comes.
    kinds.sort(Comparator.comparingInt(Kind::level));
    Substitution substitution = new Substitution();
    kinds.forEach(kind -> new Merger(groups.getOrDefault(kind, List.of())).merge(substitution));
    return substitution.apply(graph);
  }

  /// The scans that can be one. A scan's level is how many others it waits for, one after the
  /// other; scans of one level do not wait for each other, nor do they when others are merged.
  private static Map<Kind, List<Apply>> groups(Graph graph) {
    Map<Kind, List<Apply>> groups = new LinkedHashMap<>();
    Map<Apply, Integer> levels = new HashMap<>();
    for (Apply apply : graph.applies()) {
      int level = 0;
      for (Variable operand : apply.operands()) {
        if (operand instanceof Result result) {
          level = Math.max(level, levels.getOrDefault(result.apply(), 0));
        }
      }
      if (apply.op() instanceof Scan scan) {
        level++;
        groups
            .computeIfAbsent(new Kind(level, scan.steps(), scan.reverse()), _ -> new ArrayList<>())
            .add(apply);
      }
      levels.put(apply, level);
    }
    return groups;
  }

  /// Scans that become one.
  private record Merger(List<Apply> group) {
    void merge(Substitution substitution) {
      Apply first = group.getFirst();
      ScanDraft draft =
          new ScanDraft(
              Apply.of(first.op(), substitution.apply(first.operands()), first.site()),
              (Scan) first.op());
      List<List<Input>> carries = new ArrayList<>();
      List<List<Variable>> stacked = new ArrayList<>();
      for (Apply member : group) {
        Scan scan = (Scan) member.op();
        if (member == first) {
          carries.add(scan.carryInputs());
          stacked.add(scan.stackedOutputs());
        } else {
          List<Input> own = new ArrayList<>();
          stacked.add(add(scan, substitution.apply(member.operands()), draft, own));
          carries.add(own);
        }
      }
      ScanDraft.Built built = draft.build();
      for (int i = 0; i < group.size(); i++) {
        List<Variable> results = new ArrayList<>();
        carries.get(i).forEach(before -> results.add(built.last(before)));
        stacked.get(i).forEach(value -> results.add(built.history(value)));
        for (int k = 0; k < results.size(); k++) {
          substitution.put(group.get(i).results().get(k), results.get(k));
        }
      }
    }

    /// Adds what a scan does to a draft, the body on inputs of the draft.
    ///
    /// @param carries takes the scan's carries in the draft
    /// @return what the scan stacks, in the draft
    private static List<Variable> add(
        Scan scan, List<Variable> operands, ScanDraft draft, List<Input> carries) {
      Substitution inside = new Substitution();
      int operand = 0;
      for (Input element : scan.elementInputs()) {
        inside.put(element, draft.sequence(element.name(), operands.get(operand++)));
      }
      List<Variable> initials = new ArrayList<>();
      for (Input before : scan.carryInputs()) {
        Input own = new Input(before.name(), before.type());
        carries.add(own);
        initials.add(operands.get(operand++));
        inside.put(before, own);
      }
      for (Input value : scan.capturedInputs()) {
        inside.put(value, draft.capture(value.name(), operands.get(operand++)));
      }
      List<Variable> outputs = inside.apply(scan.body().outputs());
      for (int i = 0; i < carries.size(); i++) {
        draft.addCarry(new ScanDraft.Carry(carries.get(i), initials.get(i), outputs.get(i)));
      }
      List<Variable> stacked = outputs.subList(carries.size(), outputs.size());
      draft.stacked().addAll(stacked);
      return stacked;
    }
  }
}
