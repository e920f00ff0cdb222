package arignote.reference;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.Variable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// The nodes of a graph in the order in which they are computed, and when which value is needed for
/// the last time.
record EvaluationOrder(Graph graph, List<Step> steps) {
  /// A node, and the variables that nobody needs once it is computed.
  record Step(Apply apply, List<Variable> dead) {}

  static EvaluationOrder of(Graph graph) {
    Set<Variable> needed = Collections.newSetFromMap(new IdentityHashMap<>());
    needed.addAll(graph.outputs());
    List<Step> steps = new ArrayList<>();
    for (Apply apply : graph.applies().reversed()) {
      List<Variable> dead = new ArrayList<>();
      for (Result result : apply.results()) {
        if (needed.add(result)) {
          dead.add(result);
        }
      }
      for (Variable operand : apply.operands()) {
        if (needed.add(operand)) {
          dead.add(operand);
        }
      }
      steps.add(new Step(apply, List.copyOf(dead)));
    }
    return new EvaluationOrder(graph, List.copyOf(steps.reversed()));
  }
}
