package arignote.rewrite.scan;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Dot;
import arignote.ir.op.Reshape;
import arignote.ir.op.Scan;
import arignote.rewrite.Pass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Computes for all steps at once, after the loop, products with a matrix that no later step needs,
/// and what follows from them: a decoder's projection to its vocabulary, the gradient of a loop's
/// sequences. Of what is stacked broadcast or reshaped the loop stacks what it is made of.
///
/// ```
/// %1, %2 = scan {                             %1, %2 = scan {
///   ...                                         ...
///   %5 = dot(%h, %v) : f32[B,N]                 next  %h
///   next  %h                          =>        stack %h
///   stack %5                                  }
/// }                                           %3 = reshape(%2) : f32[B*T,D]
///                                             %4 = dot(%3, @V) : f32[B*T,N]
///                                             %5 = reshape(%4) : f32[T,B,N]
/// ```
public final class PushOutOutputs implements Pass {
  /// Nothing is stacked for a product that is this many times larger than what the loop stacks,
  /// reads or carries already; nor is a product made for all steps that is.
  private static final long GROWTH = 16;

  @Override
  public String name() {
    return "push-out-outputs";
  }

  @Override
  public Graph apply(Graph graph) {
    return Scans.rewrite(graph, PushOutOutputs::push);
  }

  private static List<? extends Variable> push(Apply apply, Scan scan) {
    ScanDraft draft = new ScanDraft(apply, scan);
    Map<Variable, Dependence> dependences =
        Dependence.of(scan.elementInputs(), scan.carryInputs(), draft.outputs());
    Histories histories = new Histories(draft, dependences);
    Set<Apply> moved = moved(draft, dependences, histories);
    if (moved.isEmpty()) {
      return apply.results();
    }
    List<Variable> leaving = new ArrayList<>();
    for (Variable value : draft.stacked()) {
      if (value instanceof Result result && moved.contains(result.apply())) {
        leaving.add(value);
      }
    }
    leaving.forEach(draft.stacked()::remove);
    for (Apply node : moved) {
      histories.moveOut(node);
      for (Variable operand : node.operands()) {
        if (!(operand instanceof Result result) || !moved.contains(result.apply())) {
          histories.want(operand);
        }
      }
    }
    histories.stack();
    ScanDraft.Built built = draft.build();
    Lifting lifting = histories.after(built);
    List<Variable> results = new ArrayList<>();
    scan.carryInputs().forEach(before -> results.add(built.last(before)));
    scan.stackedOutputs().forEach(value -> results.add(lifting.allSteps(value)));
    return results;
  }

  /// The nodes to move, in the body's order: products that only stacked outputs depend on, and all
  /// that depends on them.
  private static Set<Apply> moved(
      ScanDraft draft, Map<Variable, Dependence> dependences, Histories histories) {
    long limit = histories.largest() * GROWTH;
    List<Apply> nodes = draft.applies();
    Set<Apply> carried = new HashSet<>();
    carried.addAll(Graph.appliesOf(draft.carries().stream().map(ScanDraft.Carry::next).toList()));
    // Whether a node, and all that depends on it, can be computed after the loop.
    Map<Apply, Boolean> movable = new HashMap<>();
    Map<Apply, List<Apply>> users = new HashMap<>();
    for (Apply node : nodes) {
      for (Variable operand : node.operands()) {
        if (operand instanceof Result result) {
          users.computeIfAbsent(result.apply(), _ -> new ArrayList<>()).add(node);
        }
      }
    }
    for (Apply node : nodes.reversed()) {
      movable.put(
          node,
          !carried.contains(node)
              && Lifting.canLift(node.op())
              && node.operands().stream().allMatch(o -> Estimate.elements(o.type()) <= limit)
              && Estimate.elements(node.result().type()) <= limit
              && users.getOrDefault(node, List.of()).stream()
                  .allMatch(user -> movable.getOrDefault(user, false)));
    }
    Set<Apply> moved = new LinkedHashSet<>();
    for (Apply node : nodes) {
      boolean follows =
          node.operands().stream()
              .anyMatch(o -> o instanceof Result result && moved.contains(result.apply()));
      boolean leads =
          isProductWithMatrix(node, dependences, histories)
              || (isView(node) && draft.stacked().contains(node.result()));
      if (follows || (leads && movable.getOrDefault(node, false))) {
        moved.add(node);
      }
    }
    return moved;
  }

  /// Whether what is stacked of a node is better made of its stacked operand.
  private static boolean isView(Apply node) {
    return switch (node.op()) {
      case Broadcast _, Reshape _ -> node.operand(0) instanceof Result;
      default -> false;
    };
  }

  private static boolean isProductWithMatrix(
      Apply node, Map<Variable, Dependence> dependences, Histories histories) {
    return node.op() instanceof Dot(int batch)
        && batch == 0
        && dependences.get(node.result()) == Dependence.STATE
        && node.operands().stream().anyMatch(histories::isSameEveryStep);
  }
}
