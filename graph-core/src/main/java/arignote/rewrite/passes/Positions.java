package arignote.rewrite.passes;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Variable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// An order of the variables of a graph, the same every time: inputs, other leaves, then results.
final class Positions {
  private final Map<Variable, Integer> positions = new HashMap<>();

  Positions(Graph graph) {
    graph.inputs().forEach(this::add);
    graph.leaves().forEach(this::add);
    for (Apply apply : graph.applies()) {
      apply.results().forEach(this::add);
    }
  }

  private void add(Variable variable) {
    positions.putIfAbsent(variable, positions.size());
  }

  int of(Variable variable) {
    return positions.getOrDefault(variable, Integer.MAX_VALUE);
  }

  Comparator<Variable> order() {
    return Comparator.comparingInt(this::of);
  }

  List<Variable> sorted(List<Variable> variables) {
    return variables.stream().distinct().sorted(order()).toList();
  }
}
