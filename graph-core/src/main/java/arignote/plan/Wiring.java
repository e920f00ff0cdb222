package arignote.plan;

import static java.util.Objects.requireNonNull;

import arignote.ir.Graph;
import arignote.ir.Variable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a graph is connected with what is around it: where its leaves lie, and where its values
/// belong.
public final class Wiring {
  /// A value that is copied where it belongs, once all nodes have run.
  public record Copy(Variable from, View to) {}

  private final Schedule schedule;
  private final IdentityHashMap<Variable, View> given = new IdentityHashMap<>();
  private final IdentityHashMap<Variable, View> placed = new IdentityHashMap<>();
  private final List<Copy> copies = new ArrayList<>();

  public Wiring(Schedule schedule) {
    this.schedule = schedule;
  }

  /// That of a graph inside a node.
  ///
  /// @param operands where what its inputs stand for lies
  /// @param results where its outputs belong
  public static Wiring of(Graph graph, List<View> operands, List<View> results) {
    Wiring wiring = new Wiring(new Schedule(graph));
    for (int i = 0; i < operands.size(); i++) {
      wiring.give(graph.inputs().get(i), operands.get(i));
    }
    for (int i = 0; i < results.size(); i++) {
      wiring.place(graph.outputs().get(i), results.get(i));
    }
    return wiring;
  }

  public Schedule schedule() {
    return schedule;
  }

  /// Says where a leaf lies; constants are known.
  public void give(Variable leaf, View view) {
    given.put(leaf, view);
  }

  /// Where a leaf lies.
  public View given(Variable leaf) {
    return requireNonNull(given.get(leaf));
  }

  /// Whether a node can still be told where to write this value.
  public boolean isPlaceable(Variable value) {
    return Schedule.isWritten(value) && !placed.containsKey(value);
  }

  /// Says where a value belongs: its node writes it there if that is possible.
  public void place(Variable value, View to) {
    if (isPlaceable(value)) {
      placed.put(value, to);
    } else {
      copy(value, to);
    }
  }

  /// Says where a value belongs that its node must not write there.
  public void copy(Variable value, View to) {
    copies.add(new Copy(value, to));
  }

  /// Where a node must write a value, if that is decided.
  public Optional<View> placed(Variable value) {
    return Optional.ofNullable(placed.get(value));
  }

  Map<Variable, View> given() {
    return given;
  }

  /// What nodes write where they are told to.
  public Map<Variable, View> placed() {
    return Collections.unmodifiableMap(placed);
  }

  /// What is copied once all nodes have run.
  public List<Copy> copies() {
    return Collections.unmodifiableList(copies);
  }
}
