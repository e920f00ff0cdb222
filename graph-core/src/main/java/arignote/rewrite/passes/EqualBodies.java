package arignote.rewrite.passes;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Finds one graph for all that are equal but for the identity of their nodes and the names of
/// their inputs, so that ops with such graphs as bodies are equal.
final class EqualBodies {
  /// A graph with its variables numbered: inputs, then what comes in order of use. Graphs with one
  /// shape, whose nodes inside have been made one before, compute the same.
  private record Shape(List<TensorType> inputs, List<Node> nodes, List<Integer> outputs) {}

  private sealed interface Node permits Leaf, Applied {}

  /// A constant, or whatever else is not an input.
  private record Leaf(Variable variable) implements Node {}

  private record Applied(Op op, List<Integer> operands) implements Node {}

  private final Map<Shape, Graph> firsts = new HashMap<>();
  private final Map<ConstantValue, Constant> constants = new HashMap<>();

  /// The first graph seen that is equal to this one.
  Graph first(Graph graph) {
    return firsts.computeIfAbsent(shape(graph), _ -> graph);
  }

  private Shape shape(Graph graph) {
    Map<Variable, Integer> numbers = new HashMap<>();
    List<TensorType> inputs = new ArrayList<>();
    for (Input input : graph.inputs()) {
      numbers.put(input, numbers.size());
      inputs.add(input.type());
    }
    List<Node> nodes = new ArrayList<>();
    for (Apply apply : graph.applies()) {
      apply.operands().forEach(operand -> addLeaf(operand, numbers, nodes));
      List<Integer> operands =
          apply.operands().stream().map(operand -> numbers.getOrDefault(operand, -1)).toList();
      nodes.add(new Applied(apply.op(), operands));
      for (Result result : apply.results()) {
        numbers.put(result, numbers.size());
      }
    }
    graph.outputs().forEach(output -> addLeaf(output, numbers, nodes));
    List<Integer> outputs =
        graph.outputs().stream().map(output -> numbers.getOrDefault(output, -1)).toList();
    return new Shape(inputs, nodes, outputs);
  }

  private void addLeaf(Variable variable, Map<Variable, Integer> numbers, List<Node> nodes) {
    if (!(variable instanceof Result) && !numbers.containsKey(variable)) {
      nodes.add(new Leaf(representative(variable)));
      numbers.put(variable, numbers.size());
    }
  }

  /// The first constant of the same value; any other leaf itself.
  private Variable representative(Variable leaf) {
    return leaf instanceof Constant constant && ConstantValue.isSmall(constant)
        ? constants.computeIfAbsent(ConstantValue.of(constant), _ -> constant)
        : leaf;
  }
}
