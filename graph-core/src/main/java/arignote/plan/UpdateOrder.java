package arignote.plan;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Op;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// The order in which the nodes of a program run that updates shared variables in place: nodes that
/// compute new values come last, so that all that reads old values, and all that may fail, has run
/// before.
public final class UpdateOrder {
  private UpdateOrder() {}

  /// The nodes of a graph in that order.
  ///
  /// @param newValues those of its outputs that are new values of shared variables
  /// @param mayUpdate which ops can write their result over an operand
  public static List<Apply> of(Graph graph, List<Variable> newValues, Predicate<Op> mayUpdate) {
    Set<Apply> last = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Variable value : newValues) {
      if (value instanceof Result result && mayUpdate.test(result.apply().op())) {
        last.add(result.apply());
      }
    }
    List<Apply> order = new ArrayList<>();
    List<Apply> behind = new ArrayList<>();
    for (Apply apply : graph.applies()) {
      for (Variable operand : apply.operands()) {
        if (operand instanceof Result result && last.contains(result.apply())) {
          last.add(apply);
        }
      }
      (last.contains(apply) ? behind : order).add(apply);
    }
    order.addAll(behind);
    return sourcesLate(order);
  }

  /// The same order but for nodes without operands, such as zeros to add to, which run directly
  /// before the first node that needs them: until then they would only take memory.
  private static List<Apply> sourcesLate(List<Apply> order) {
    Set<Apply> waiting = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Apply> late = new ArrayList<>();
    for (Apply apply : order) {
      if (apply.operands().isEmpty()) {
        waiting.add(apply);
        continue;
      }
      for (Variable operand : apply.operands()) {
        if (operand instanceof Result result && waiting.remove(result.apply())) {
          late.add(result.apply());
        }
      }
      late.add(apply);
    }
    order.stream().filter(waiting::contains).forEach(late::add);
    return late;
  }
}
