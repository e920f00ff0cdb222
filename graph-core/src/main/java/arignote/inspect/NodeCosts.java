package arignote.inspect;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.plan.Measurement;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// What was measured of a compiled graph, for the nodes of a graph that the same passes made once
/// more: nodes at the same place are the same.
final class NodeCosts {
  /// What a node took by itself, without what is inside of it.
  record Cost(long runs, long nanos, long bytes) {
    static final Cost NONE = new Cost(0, 0, 0);

    /// Of steps of one node; each of its runs ran all of them.
    private Cost plus(Measurement step) {
      return new Cost(Math.max(runs, step.runs()), nanos + step.nanos(), bytes + step.bytes());
    }
  }

  private final Map<Apply, Cost> ofNodes = new IdentityHashMap<>();
  private final SequencedMap<String, Cost> ofLines = new LinkedHashMap<>();

  private NodeCosts() {}

  /// @param ran the graph that was measured
  /// @param shown what the passes made of the same graph again
  static NodeCosts of(Graph ran, Graph shown, List<Measurement> measured) {
    NodeCosts costs = new NodeCosts();
    if (measured.isEmpty()) {
      return costs;
    }
    Map<Apply, Apply> twins = twins(ran, shown);
    twins.values().forEach(node -> costs.ofNodes.put(node, Cost.NONE));
    for (Measurement step : measured) {
      // What a backend takes a node apart into belongs to the node.
      step.nodes().reversed().stream()
          .filter(twins::containsKey)
          .findFirst()
          .map(twins::get)
          .ifPresent(node -> costs.ofNodes.compute(node, (_, cost) -> sum(cost, step)));
      if (!step.site().isEmpty()) {
        costs.ofLines.compute(step.site(), (_, cost) -> sum(cost, step));
      }
    }
    return costs;
  }

  private static Cost sum(@Nullable Cost cost, Measurement step) {
    return (cost == null ? Cost.NONE : cost).plus(step);
  }

  /// The nodes of one graph and of those inside of it, each with that at its place in the other.
  private static Map<Apply, Apply> twins(Graph left, Graph right) {
    Map<Apply, Apply> twins = new IdentityHashMap<>();
    Deque<List<Graph>> waiting = new ArrayDeque<>(List.of(List.of(left, right)));
    while (!waiting.isEmpty()) {
      List<Graph> pair = waiting.remove();
      List<Apply> lefts = pair.getFirst().applies();
      List<Apply> rights = pair.getLast().applies();
      if (lefts.size() != rights.size()) {
        throw new IllegalStateException(
            "the passes made %d nodes of what gave %d before"
                .formatted(rights.size(), lefts.size()));
      }
      for (int i = 0; i < lefts.size(); i++) {
        twins.put(lefts.get(i), rights.get(i));
        List<Graph> inside = lefts.get(i).op().innerGraphs();
        for (int j = 0; j < inside.size(); j++) {
          waiting.add(List.of(inside.get(j), rights.get(i).op().innerGraphs().get(j)));
        }
      }
    }
    return twins;
  }

  /// What a node took; nothing of a node that is not in the graph that ran.
  Optional<Cost> of(Apply node) {
    return Optional.ofNullable(ofNodes.get(node));
  }

  /// What all nodes of a source line took.
  SequencedMap<String, Cost> ofLines() {
    return Collections.unmodifiableSequencedMap(ofLines);
  }

  boolean isEmpty() {
    return ofNodes.isEmpty();
  }
}
