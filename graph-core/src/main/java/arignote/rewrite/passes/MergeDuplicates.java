package arignote.rewrite.passes;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Graph;
import arignote.ir.Substitution;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Op;
import arignote.rewrite.InnerGraphs;
import arignote.rewrite.Pass;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Makes equal nodes one node: same op, same operands, those of sums and the like in either order;
/// in scan bodies too. Small constants of equal type and value become one. Scans are equal if their
/// bodies are but for the identity of their nodes.
///
/// ```
/// %0 = exp(%x) : f32[B]              %0 = exp(%x) : f32[B]
/// %1 = exp(%x) : f32[B]       =>     %1 = add(%0, %0) : f32[B]
/// %2 = add(%0, %1) : f32[B]
/// ```
public final class MergeDuplicates implements Pass {
  private record Node(Op op, List<Variable> operands) {}

  @Override
  public String name() {
    return "merge-duplicates";
  }

  @Override
  public Graph apply(Graph graph) {
    EqualBodies bodies = new EqualBodies();
    return merge(InnerGraphs.rewrite(graph, body -> bodies.first(merge(body))));
  }

  private static Graph merge(Graph graph) {
    Substitution substitution = new Substitution();
    Map<ConstantValue, Constant> constants = new HashMap<>();
    for (Variable leaf : graph.leaves()) {
      if (leaf instanceof Constant constant && ConstantValue.isSmall(constant)) {
        Constant first = constants.putIfAbsent(ConstantValue.of(constant), constant);
        if (first != null) {
          substitution.put(constant, first);
        }
      }
    }
    Map<Node, Apply> nodes = new HashMap<>();
    Map<Variable, Integer> order = new HashMap<>();
    for (Apply apply : graph.applies()) {
      Apply rebuilt = substitution.rebuild(apply);
      Apply first = nodes.putIfAbsent(node(rebuilt, order), rebuilt);
      if (first != null) {
        substitution.putResults(apply, first);
      }
    }
    return substitution.apply(graph);
  }

  /// The node with operands that may be exchanged in the order in which they were first seen.
  private static Node node(Apply apply, Map<Variable, Integer> order) {
    if (apply.op() instanceof Binary(BinaryFn fn) && fn.isCommutative()) {
      apply.operands().forEach(operand -> order.putIfAbsent(operand, order.size()));
      List<Variable> operands = new ArrayList<>(apply.operands());
      operands.sort(Comparator.comparingInt(operand -> order.getOrDefault(operand, -1)));
      return new Node(apply.op(), operands);
    }
    return new Node(apply.op(), apply.operands());
  }
}
