package arignote.rewrite.passes;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.Substitution;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Concat;
import arignote.ir.op.Dot;
import arignote.rewrite.scan.Dependence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Makes one product of the products in a sum, in the body of a loop: with a longer inner axis.
final class AddedDots {
  private static final Binary ADD = new Binary(BinaryFn.ADD);

  private final Graph body;
  private final Map<Variable, Dependence> dependences;
  private final Positions positions;
  private final Map<Variable, Integer> uses = new HashMap<>();
  private final Map<Variable, Apply> onlyUser = new HashMap<>();

  /// Which products can be merged: their results have one type, so what may differ is the ranks of
  /// the factors and which factor is the same in every step.
  private record Kind(int leftRank, int rightRank, boolean leftIsInvariant) {}

  AddedDots(Graph body, Map<Variable, Dependence> dependences) {
    this.body = body;
    this.dependences = dependences;
    this.positions = new Positions(body);
    body.outputs().forEach(output -> uses.merge(output, 1, Integer::sum));
    for (Apply apply : body.applies()) {
      for (Variable operand : apply.operands()) {
        uses.merge(operand, 1, Integer::sum);
        onlyUser.put(operand, apply);
      }
    }
  }

  Graph merge() {
    Substitution substitution = new Substitution();
    for (Apply apply : body.applies()) {
      if (apply.op().equals(ADD) && !isInnerSum(apply.result())) {
        List<Variable> terms = terms(apply);
        Map<Kind, List<Apply>> groups = groups(terms);
        if (groups.values().stream().anyMatch(group -> group.size() > 1)) {
          substitution.put(apply.result(), sum(apply, terms, groups, substitution));
          continue;
        }
      }
      substitution.rebuild(apply);
    }
    return substitution.apply(body);
  }

  /// Whether a sum is used once, as a term of another.
  private boolean isInnerSum(Variable sum) {
    Apply user = onlyUser.get(sum);
    return uses.getOrDefault(sum, 0) == 1 && user != null && user.op().equals(ADD);
  }

  /// The terms of a sum, from left to right.
  private List<Variable> terms(Apply sum) {
    List<Variable> terms = new ArrayList<>();
    Deque<Variable> waiting = new ArrayDeque<>(sum.operands());
    while (!waiting.isEmpty()) {
      Variable term = waiting.pop();
      if (term instanceof Result result && result.apply().op().equals(ADD) && isInnerSum(term)) {
        result.apply().operands().reversed().forEach(waiting::push);
      } else {
        terms.add(term);
      }
    }
    return terms;
  }

  private Map<Kind, List<Apply>> groups(List<Variable> terms) {
    Map<Kind, List<Apply>> groups = new LinkedHashMap<>();
    for (Variable term : terms) {
      if (term instanceof Result result
          && uses.getOrDefault(term, 0) == 1
          && result.apply().op().equals(new Dot(0))) {
        Apply dot = result.apply();
        boolean leftIsInvariant = dependence(dot.operand(0)) == Dependence.INVARIANT;
        boolean rightIsInvariant = dependence(dot.operand(1)) == Dependence.INVARIANT;
        // What the loop itself computes can be computed in its place in the concatenation.
        boolean fits =
            (leftIsInvariant && isComputedFromState(dot.operand(1)))
                || (rightIsInvariant && isComputedFromState(dot.operand(0)));
        if (fits) {
          Kind kind =
              new Kind(dot.operand(0).type().rank(), dot.operand(1).type().rank(), leftIsInvariant);
          groups.computeIfAbsent(kind, _ -> new ArrayList<>()).add(dot);
        }
      }
    }
    return groups;
  }

  private Dependence dependence(Variable variable) {
    return dependences.getOrDefault(variable, Dependence.INVARIANT);
  }

  private boolean isComputedFromState(Variable variable) {
    return variable instanceof Result && dependence(variable) == Dependence.STATE;
  }

  private Variable sum(
      Apply root, List<Variable> terms, Map<Kind, List<Apply>> groups, Substitution substitution) {
    Map<Variable, Variable> merged = new HashMap<>();
    Set<Variable> gone = new HashSet<>();
    groups.forEach((kind, group) -> {
      if (group.size() > 1) {
        merged.put(group.getFirst().result(), product(kind, group, substitution));
        group.stream().skip(1).forEach(dot -> gone.add(dot.result()));
      }
    });
    List<Variable> left = new ArrayList<>();
    for (Variable term : terms) {
      if (!gone.contains(term)) {
        left.add(merged.getOrDefault(term, substitution.get(term)));
      }
    }
    Variable sum = left.getFirst();
    for (Variable term : left.subList(1, left.size())) {
      sum = Apply.of(ADD, List.of(sum, term), root.site()).result();
    }
    return sum;
  }

  private Variable product(Kind kind, List<Apply> group, Substitution substitution) {
    List<Apply> ordered = new ArrayList<>(group);
    ordered.sort(
        Comparator.comparingInt(dot -> positions.of(dot.operand(kind.leftIsInvariant() ? 1 : 0))));
    Apply first = group.getFirst();
    Variable left = concat(ordered, 0, kind.leftRank() - 1, substitution);
    Variable right = concat(ordered, 1, 0, substitution);
    return Apply.of(new Dot(0), List.of(left, right), first.site()).result();
  }

  private static Variable concat(
      List<Apply> dots, int operand, int axis, Substitution substitution) {
    List<Variable> parts =
        dots.stream().map(dot -> substitution.get(dot.operand(operand))).toList();
    return Apply.of(new Concat(axis), parts, dots.getFirst().site()).result();
  }
}
