package arignote.backend.cpu;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Dot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The additions `x + dot(a, b)` that BLAS does while it multiplies: those of a dot that nothing
/// else uses. In the backward loop of a recurrent network, this is how weight gradients add up.
///
/// @param order of the nodes, each such dot directly before its addition
/// @param dots for each such addition its dot
record Accumulations(List<Apply> order, Map<Apply, Apply> dots) {
  static Accumulations of(Graph graph, List<Apply> order) {
    Map<Variable, Integer> uses = new IdentityHashMap<>();
    for (Apply apply : order) {
      apply.operands().forEach(operand -> uses.merge(operand, 1, Integer::sum));
    }
    graph.outputs().forEach(output -> uses.merge(output, 1, Integer::sum));
    Map<Apply, Apply> dots = new IdentityHashMap<>();
    Set<Apply> moved = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Apply apply : order) {
      if (apply.op() instanceof Binary(BinaryFn fn) && fn == BinaryFn.ADD) {
        for (Variable operand : apply.operands().reversed()) {
          if (operand instanceof Result result
              && result.apply().op() instanceof Dot
              && uses.get(operand) == 1
              && !dots.containsKey(apply)) {
            dots.put(apply, result.apply());
            moved.add(result.apply());
          }
        }
      }
    }
    List<Apply> reordered = new ArrayList<>();
    for (Apply apply : order) {
      if (dots.containsKey(apply)) {
        reordered.add(dots.get(apply));
      }
      if (!moved.contains(apply)) {
        reordered.add(apply);
      }
    }
    return new Accumulations(reordered, dots);
  }
}
