package arignote.ir;

import arignote.ir.op.DimSize;
import arignote.ir.op.Op;
import arignote.ir.op.Pad;
import arignote.ir.op.Scan;
import arignote.ir.op.Slice;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Checks that graphs are well formed: closed, typed as their ops infer, inner graphs closed and
/// free of shared variables, every symbol bound by an input.
public final class GraphVerifier {
  private GraphVerifier() {}

  /// Checks a graph whose symbols are bound by its own inputs and shared variables.
  ///
  /// @throws GraphException if it is not well formed; the message says where and why
  public static void verify(Graph graph) {
    verifyStructure(graph);
    Set<String> bound = new HashSet<>();
    for (Input input : graph.inputs()) {
      input.type().shape().forEach(dim -> dim.symbol().ifPresent(bound::add));
    }
    Set<String> unbound = new LinkedHashSet<>();
    for (Input input : graph.inputs()) {
      unbound.addAll(input.type().symbols());
    }
    for (Graph part : withInnerGraphs(graph)) {
      for (Apply apply : part.applies()) {
        apply.results().forEach(result -> unbound.addAll(result.type().symbols()));
        dims(apply.op()).forEach(dim -> unbound.addAll(dim.symbols()));
      }
    }
    unbound.removeAll(bound);
    if (!unbound.isEmpty()) {
      throw new GraphException(
          "the dims %s are not bound: no input has one of them as an axis of its own; add such an input, or use a number"
              .formatted(unbound));
    }
  }

  /// Checks a graph and the graphs inside its ops, but not where symbols come from.
  ///
  /// @throws GraphException if it is not well formed
  public static void verifyStructure(Graph graph) {
    for (Graph part : withInnerGraphs(graph)) {
      verifyClosed(part, part == graph);
      part.applies().forEach(GraphVerifier::verifyTypes);
    }
  }

  /// The graph, and all graphs inside its ops, each once.
  private static List<Graph> withInnerGraphs(Graph graph) {
    List<Graph> found = new ArrayList<>();
    Set<Graph> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Graph> waiting = new ArrayDeque<>();
    waiting.add(graph);
    while (!waiting.isEmpty()) {
      Graph next = waiting.remove();
      found.add(next);
      for (Apply apply : next.applies()) {
        apply.op().innerGraphs().stream().filter(seen::add).forEach(waiting::add);
      }
    }
    return found;
  }

  /// The dims among an op's attributes that need not be in the types of its results.
  private static List<Dim> dims(Op op) {
    return switch (op) {
      case DimSize(Dim dim) -> List.of(dim);
      case Slice(_, Dim start, Dim size, _) -> List.of(start, size);
      case Pad(_, Dim start, Dim size, _) -> List.of(start, size);
      case Scan scan -> List.of(scan.steps());
      default -> List.of();
    };
  }

  private static void verifyClosed(Graph graph, boolean outermost) {
    Set<Input> listed = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Input input : graph.inputs()) {
      if (!listed.add(input)) {
        throw new GraphException("input \"" + input.name() + "\" is listed twice");
      }
    }
    for (Variable leaf : graph.leaves()) {
      if (leaf instanceof Input input && !listed.contains(input)) {
        throw new GraphException(
            "the outputs depend on \"%s\" (%s), which is not among the inputs"
                .formatted(input.name(), input.type()));
      }
      if (leaf instanceof Shared shared && !outermost) {
        throw new GraphException(
            "an inner graph uses the shared variable \"%s\" without capturing it"
                .formatted(shared.name()));
      }
    }
  }

  private static void verifyTypes(Apply apply) {
    List<TensorType> expected;
    try {
      expected = apply.op().inferTypes(apply.operands().stream().map(Variable::type).toList());
    } catch (TypeException e) {
      throw new GraphException(e.getMessage() + " (" + apply.site() + ")");
    }
    List<TensorType> found = apply.results().stream().map(Variable::type).toList();
    if (!found.equals(expected)) {
      throw new GraphException(
          "%s: results are %s, the op infers %s".formatted(apply, found, expected));
    }
  }
}
