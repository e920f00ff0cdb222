package arignote.runtime;

import arignote.ir.Graph;
import arignote.ir.Shared;
import arignote.ir.Variable;
import java.util.List;

/// What a backend compiles: a graph whose outputs are the results of a function and behind them the
/// new values of the shared variables that it updates.
///
/// @param name the function's name, for messages and dumps
/// @param graph verified; its first outputs are returned, the last are `updated`'s new values
/// @param updated the shared variables to update, each once
public record Program(String name, Graph graph, List<Shared> updated) {
  public Program {
    updated = List.copyOf(updated);
  }

  /// The variables whose values a call returns.
  public List<Variable> results() {
    return graph.outputs().subList(0, graph.outputs().size() - updated.size());
  }

  /// The new values of [#updated].
  public List<Variable> newValues() {
    return graph.outputs().subList(graph.outputs().size() - updated.size(), graph.outputs().size());
  }

  /// This program with its graph rewritten.
  public Program withGraph(Graph rewritten) {
    return new Program(name, rewritten, updated);
  }
}
