package arignote.rewrite.scan;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Fill;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// A carry that each step adds terms to and does nothing else with.
///
/// @param additions the nodes that add the terms
record Accumulator(ScanDraft.Carry carry, List<Term> terms, List<Apply> additions) {
  /// What a step adds, or subtracts.
  record Term(Variable value, boolean negative) {}

  Accumulator {
    terms = List.copyOf(terms);
    additions = List.copyOf(additions);
  }

  /// The accumulators among the carries of a scan.
  static List<Accumulator> in(ScanDraft draft) {
    Map<Variable, List<Apply>> users = new HashMap<>();
    for (Apply node : draft.applies()) {
      for (Variable operand : node.operands()) {
        users.computeIfAbsent(operand, _ -> new ArrayList<>()).add(node);
      }
    }
    Map<Variable, Integer> handedOn = new HashMap<>();
    draft.carries().forEach(carry -> handedOn.merge(carry.next(), 1, Integer::sum));
    draft.stacked().forEach(value -> handedOn.merge(value, 1, Integer::sum));
    List<Accumulator> found = new ArrayList<>();
    for (ScanDraft.Carry carry : draft.carries()) {
      follow(carry, users, handedOn).ifPresent(found::add);
    }
    return found;
  }

  /// Follows a carry from one addition to the next until it is handed on.
  private static Optional<Accumulator> follow(
      ScanDraft.Carry carry, Map<Variable, List<Apply>> users, Map<Variable, Integer> handedOn) {
    List<Term> terms = new ArrayList<>();
    List<Apply> additions = new ArrayList<>();
    Variable sum = carry.before();
    while (sum != carry.next()) {
      List<Apply> uses = users.getOrDefault(sum, List.of());
      if (uses.size() != 1 || handedOn.containsKey(sum)) {
        return Optional.empty();
      }
      Apply use = uses.getFirst();
      boolean first = use.operand(0) == sum;
      if (use.op().equals(new Binary(BinaryFn.ADD))) {
        terms.add(new Term(use.operand(first ? 1 : 0), false));
      } else if (use.op().equals(new Binary(BinaryFn.SUB)) && first) {
        terms.add(new Term(use.operand(1), true));
      } else {
        return Optional.empty();
      }
      additions.add(use);
      sum = use.result();
    }
    boolean onlyHandedOn = !users.containsKey(sum) && handedOn.getOrDefault(sum, 0) == 1;
    return terms.isEmpty() || !onlyHandedOn
        ? Optional.empty()
        : Optional.of(new Accumulator(carry, terms, additions));
  }

  /// The carry after the last step, from the sum of each term over all steps.
  Variable total(UnaryOperator<Variable> sumOf) {
    Optional<Variable> total =
        isZero(carry.initial()) ? Optional.empty() : Optional.of(carry.initial());
    for (Term term : terms) {
      Variable sum = sumOf.apply(term.value());
      if (total.isPresent()) {
        total = Optional.of(combine(term, total.get(), sum));
      } else {
        total = Optional.of(term.negative() ? combine(term, carry.initial(), sum) : sum);
      }
    }
    return total.orElse(carry.initial());
  }

  private static Variable combine(Term term, Variable total, Variable sum) {
    return Lifting.apply(new Binary(term.negative() ? BinaryFn.SUB : BinaryFn.ADD), total, sum);
  }

  private static boolean isZero(Variable variable) {
    Variable value = variable;
    while (value instanceof Result result && result.apply().op() instanceof Broadcast) {
      value = result.apply().operand(0);
    }
    return switch (value) {
      case Constant constant ->
          constant.value().size() == 1
              && constant.type().dtype().isNumeric()
              && constant.value().getDouble(0) == 0;
      case Result result -> result.apply().op() instanceof Fill(double filled, _) && filled == 0;
      default -> false;
    };
  }
}
