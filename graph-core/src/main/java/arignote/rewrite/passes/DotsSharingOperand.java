package arignote.rewrite.passes;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.Substitution;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Concat;
import arignote.ir.op.Dot;
import arignote.ir.op.Slice;
import arignote.rewrite.scan.Dependence;
import arignote.rewrite.scan.Estimate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Makes one product of products that share an operand: of it and the others concatenated.
final class DotsSharingOperand {
  enum Side {
    LEFT(1),
    RIGHT(0);

    /// Along which axis the operands that are not shared are concatenated.
    private final int axis;

    Side(int axis) {
      this.axis = axis;
    }

    Variable shared(Apply dot) {
      return dot.operand(this == LEFT ? 0 : 1);
    }

    Variable other(Apply dot) {
      return dot.operand(this == LEFT ? 1 : 0);
    }

    /// The length of the shared operand's axis that is not summed over.
    private Dim sharedLength(TensorType shared) {
      if (shared.rank() == 1) {
        return Dim.of(1);
      }
      return shared.dim(this == LEFT ? 0 : 1);
    }
  }

  /// Each element that concatenating copies must take part in this many multiplications.
  private static final long PAYS_A_COPY = 1024;

  /// Operands this long gain nothing from becoming longer.
  private static final long LONG = 256;

  /// How many groups are merged one after the other.
  private static final int ROUNDS = 64;

  private final Side side;
  private final Optional<Map<Variable, Dependence>> dependences;

  /// @param dependences those of a loop's body; none for a graph that is no body
  DotsSharingOperand(Side side, Optional<Map<Variable, Dependence>> dependences) {
    this.side = side;
    this.dependences = dependences;
  }

  Graph merge(Graph graph) {
    Graph merged = mergeKnownBefore(graph);
    // Any other merged product waits for all of its operands, so one merge can forbid another.
    Set<Attempt> tried = new HashSet<>();
    for (int round = 0; round < ROUNDS; round++) {
      Optional<Graph> next = mergeOne(merged, tried);
      if (next.isEmpty()) {
        break;
      }
      merged = next.get();
    }
    return merged;
  }

  /// The products of the graph by shared operand, where there are at least two.
  private Map<Variable, List<Apply>> groups(Graph graph) {
    Map<Variable, List<Apply>> groups = new LinkedHashMap<>();
    for (Apply apply : graph.applies()) {
      if (apply.op().equals(new Dot(0)) && side.other(apply).type().rank() == 2) {
        groups.computeIfAbsent(side.shared(apply), _ -> new ArrayList<>()).add(apply);
      }
    }
    groups.values().removeIf(dots -> dots.stream().map(side::other).distinct().count() < 2);
    return groups;
  }

  /// Merges products whose other operands wait for nothing: leaves of the graph, or in the body of
  /// a loop what is the same in every step.
  private Graph mergeKnownBefore(Graph graph) {
    Positions positions = new Positions(graph);
    Map<Apply, List<Variable>> othersByDot = new HashMap<>();
    groups(graph)
        .forEach((shared, dots) -> {
          List<Apply> known = dots.stream().filter(dot -> isKnownBefore(side.other(dot))).toList();
          List<Variable> others = positions.sorted(known.stream().map(side::other).toList());
          boolean good = dependences.isPresent() ? !isInvariant(shared) : paysACopy(shared, others);
          if (others.size() > 1 && good) {
            known.forEach(dot -> othersByDot.put(dot, others));
          }
        });
    if (othersByDot.isEmpty()) {
      return graph;
    }
    Substitution substitution = new Substitution();
    Map<Variable, Variable> products = new HashMap<>();
    for (Apply apply : graph.applies()) {
      List<Variable> others = othersByDot.get(apply);
      if (others == null) {
        substitution.rebuild(apply);
        continue;
      }
      Variable shared = substitution.get(side.shared(apply));
      Variable product =
          products.computeIfAbsent(shared, _ -> product(shared, concat(others, apply), apply));
      substitution.put(apply.result(), part(product, apply, others));
    }
    return substitution.apply(graph);
  }

  private boolean isKnownBefore(Variable variable) {
    return dependences.isPresent() ? isInvariant(variable) : !(variable instanceof Result);
  }

  private boolean isInvariant(Variable variable) {
    return dependences
        .map(known -> known.getOrDefault(variable, Dependence.INVARIANT) == Dependence.INVARIANT)
        .orElse(false);
  }

  private boolean paysACopy(Variable shared, List<Variable> others) {
    return Estimate.length(side.sharedLength(shared.type())) >= PAYS_A_COPY
        && others.stream().anyMatch(other -> Estimate.length(other.type().dim(side.axis)) < LONG);
  }

  private record Attempt(Variable shared, Set<Variable> others) {}

  /// Merges the products of one group, if there is one that pays and that was not tried before.
  private Optional<Graph> mergeOne(Graph graph, Set<Attempt> tried) {
    Map<Variable, List<Apply>> groups = groups(graph);
    if (groups.isEmpty()) {
      return Optional.empty();
    }
    Map<Variable, List<Apply>> concats = concats(graph);
    for (Map.Entry<Variable, List<Apply>> group : groups.entrySet()) {
      for (Concatenation concatenation : concatenations(graph, group, concats)) {
        List<Variable> others = concatenation.others();
        List<Apply> dots =
            group.getValue().stream().filter(dot -> others.contains(side.other(dot))).toList();
        if (tried.add(new Attempt(group.getKey(), Set.copyOf(others)))
            && areIndependent(graph, dots)) {
          return Optional.of(merge(graph, dots, concatenation));
        }
      }
    }
    return Optional.empty();
  }

  /// Operands to concatenate, and the node that does so already.
  private record Concatenation(List<Variable> others, Optional<Apply> existing) {}

  /// The ways to concatenate the other operands of a group that cost little, best first.
  private List<Concatenation> concatenations(
      Graph graph, Map.Entry<Variable, List<Apply>> group, Map<Variable, List<Apply>> concats) {
    Set<Variable> others = group.getValue().stream().map(side::other).collect(Collectors.toSet());
    List<Concatenation> found = new ArrayList<>();
    Set<Apply> existing = new HashSet<>();
    for (Apply dot : group.getValue()) {
      for (Apply concat : concats.getOrDefault(side.other(dot), List.of())) {
        boolean fits =
            others.containsAll(concat.operands())
                && concat.operands().stream().distinct().count() == concat.operands().size();
        if (fits && existing.add(concat)) {
          found.add(new Concatenation(concat.operands(), Optional.of(concat)));
        }
      }
    }
    found.sort((a, b) -> Integer.compare(b.others().size(), a.others().size()));
    if (dependences.isEmpty() && paysACopy(group.getKey(), List.copyOf(others))) {
      found.add(
          new Concatenation(new Positions(graph).sorted(List.copyOf(others)), Optional.empty()));
    }
    return found;
  }

  /// The concatenations along this side's axis, by operand.
  private Map<Variable, List<Apply>> concats(Graph graph) {
    Map<Variable, List<Apply>> concats = new HashMap<>();
    for (Apply apply : graph.applies()) {
      if (apply.op().equals(new Concat(side.axis)) && apply.operands().size() > 1) {
        for (Variable part : apply.operands()) {
          concats.computeIfAbsent(part, _ -> new ArrayList<>()).add(apply);
        }
      }
    }
    return concats;
  }

  /// Whether no product waits for another of them, counting on each path how many it meets.
  private static boolean areIndependent(Graph graph, List<Apply> dots) {
    Set<Apply> members = new HashSet<>(dots);
    Set<Variable> dependent = new HashSet<>();
    for (Apply apply : graph.applies()) {
      boolean waits = apply.operands().stream().anyMatch(dependent::contains);
      if (members.contains(apply)) {
        if (waits) {
          return false;
        }
        dependent.add(apply.result());
      } else if (waits) {
        dependent.addAll(apply.results());
      }
    }
    return true;
  }

  private Graph merge(Graph graph, List<Apply> dots, Concatenation concatenation) {
    Apply first = dots.getFirst();
    Variable whole =
        concatenation
            .existing()
            .map(Apply::result)
            .map(Variable.class::cast)
            .orElseGet(() -> concat(concatenation.others(), first));
    Variable product = product(side.shared(first), whole, first);
    Substitution substitution = new Substitution();
    for (Apply dot : dots) {
      substitution.put(dot.result(), part(product, dot, concatenation.others()));
    }
    return substitution.apply(graph);
  }

  private Variable concat(List<Variable> others, Apply dot) {
    return Apply.of(new Concat(side.axis), others, dot.site()).result();
  }

  private Variable product(Variable shared, Variable whole, Apply dot) {
    List<Variable> operands = side == Side.LEFT ? List.of(shared, whole) : List.of(whole, shared);
    return Apply.of(new Dot(0), operands, dot.site()).result();
  }

  /// What one of the products was, in the merged product.
  private Variable part(Variable product, Apply dot, List<Variable> others) {
    Dim start = Dim.of(0);
    Dim size = side.other(dot).type().dim(side.axis);
    for (Variable other : others) {
      if (other == side.other(dot)) {
        break;
      }
      start = start.plus(other.type().dim(side.axis));
    }
    int axis = side == Side.LEFT ? product.type().rank() - 1 : 0;
    return Apply.of(new Slice(axis, start, size, 1), List.of(product), dot.site()).result();
  }
}
