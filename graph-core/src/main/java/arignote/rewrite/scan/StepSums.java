package arignote.rewrite.scan;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Concat;
import arignote.ir.op.Dot;
import arignote.ir.op.Pad;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Reshape;
import arignote.ir.op.Scan;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Sums, over all steps, of values of a loop's body.
///
/// What is linear in a product is applied to the sum of the products; a sum of products over steps
/// is one product with a longer inner axis; all else is stacked and summed.
final class StepSums {
  /// Terms of no more elements are stacked without a second thought.
  private static final long SMALL = 256;

  /// Factors of products are stacked up to this many times the largest of what a step reads or
  /// stacks anyway.
  private static final long GROWTH = 8;

  private final Map<Variable, Dependence> dependences;
  private final Histories histories;
  private final Dim steps;

  /// Products, and what is linear in them, that only sums read: these nodes are not stacked.
  private final Set<Apply> takenApart = new HashSet<>();

  private final Map<Variable, Variable> totals = new HashMap<>();
  private final Map<Variable, Variable> stackedByPart = new HashMap<>();
  private final Map<Sum, Variable> sums = new HashMap<>();

  private record Sum(Variable operand, List<Integer> axes) {}

  StepSums(
      ScanDraft draft,
      List<Accumulator> accumulators,
      Map<Variable, Dependence> dependences,
      Histories histories) {
    this.dependences = dependences;
    this.histories = histories;
    this.steps = draft.steps();
    List<Apply> nodes = draft.applies();
    for (Apply node : nodes) {
      if (isSumOfProducts(node) || linearOperands(node).stream().anyMatch(this::isTakenApart)) {
        takenApart.add(node);
      }
    }
    keepWhatOthersRead(draft, accumulators, nodes);
  }

  /// A product that the loop has to compute anyway is not computed once more outside.
  private void keepWhatOthersRead(
      ScanDraft draft, List<Accumulator> accumulators, List<Apply> nodes) {
    Set<Apply> additions = new HashSet<>();
    accumulators.forEach(accumulator -> additions.addAll(accumulator.additions()));
    Set<Variable> read = new HashSet<>(draft.outputs());
    for (Apply node : nodes.reversed()) {
      if (takenApart.contains(node) && node.results().stream().anyMatch(read::contains)) {
        takenApart.remove(node);
      }
      if (!takenApart.contains(node) && !additions.contains(node)) {
        read.addAll(node.operands());
      }
    }
  }

  private boolean isTakenApart(Variable value) {
    return value instanceof Result result && takenApart.contains(result.apply());
  }

  /// Whether a node's sum over steps is a product with a longer inner axis. Not if stacking the
  /// factors takes more than stacking the product does, and more than the loop holds anyway.
  private boolean isSumOfProducts(Apply node) {
    return node.op() instanceof Dot(int batch)
        && batch == 0
        && node.operands().stream().noneMatch(histories::isSameEveryStep)
        && node.operands().stream().noneMatch(StepSums::isHistoryOfInnerLoop)
        && node.operands().stream()
            .allMatch(factor ->
                histories.cost(factor)
                    <= Math.max(
                        Estimate.elements(node.result().type()), GROWTH * histories.largest()));
  }

  /// Whether a value is what all steps of a loop inside of a step have stacked. A product of such
  /// is large enough to be fast, and stacking it for the outer steps too would cost the memory that
  /// loops in loops are written to save.
  private static boolean isHistoryOfInnerLoop(Variable value) {
    Deque<Variable> waiting = new ArrayDeque<>(List.of(value));
    while (!waiting.isEmpty()) {
      if (waiting.remove() instanceof Result result) {
        switch (result.apply().op()) {
          case Scan _ -> {
            return true;
          }
          case Reshape _, Transpose _, Slice _, Concat _ ->
              waiting.addAll(result.apply().operands());
          default -> {}
        }
      }
    }
    return false;
  }

  /// The operands that a node is linear in: the sum of its results is its op, applied to their
  /// sums.
  private List<Variable> linearOperands(Apply node) {
    return switch (node.op()) {
      case Slice _, Reshape _, Transpose _, Pad _ -> node.operands();
      case Reduce(ReduceFn fn, _) when fn == ReduceFn.SUM -> node.operands();
      case Unary(UnaryFn fn) when fn == UnaryFn.NEG -> node.operands();
      case Binary(BinaryFn fn) when fn == BinaryFn.ADD || fn == BinaryFn.SUB -> node.operands();
      case Binary(BinaryFn fn) when fn == BinaryFn.MUL -> changingFactor(node);
      case Binary(BinaryFn fn) when fn == BinaryFn.DIV ->
          histories.isSameEveryStep(node.operand(1)) ? List.of(node.operand(0)) : List.of();
      case Dot _ -> changingFactor(node);
      default -> List.of();
    };
  }

  /// The factor of a product that differs from step to step, if the other one does not.
  private List<Variable> changingFactor(Apply node) {
    List<Variable> changing =
        node.operands().stream().filter(factor -> !histories.isSameEveryStep(factor)).toList();
    return changing.size() == 1 ? changing : List.of();
  }

  /// Whether a product is among what terms are made of.
  boolean holdsProduct(List<Accumulator.Term> terms) {
    return terms.stream().anyMatch(term -> isTakenApart(term.value()));
  }

  /// Whether summing after the loop is likely to be cheaper than in it.
  boolean isWorthwhile(List<Accumulator.Term> terms) {
    long affordable = holdsProduct(terms) ? Math.max(SMALL, histories.largest()) : SMALL;
    return terms.stream()
        .flatMap(term -> parts(term.value()).stream())
        .allMatch(part ->
            dependences.get(part) == Dependence.SEQUENCE
                || histories.cost(stackedFor(part)) <= affordable
                || histories.cost(part) <= affordable);
  }

  /// Says that terms are to be summed after the loop.
  void want(List<Accumulator.Term> terms) {
    for (Accumulator.Term term : terms) {
      for (Variable part : parts(term.value())) {
        Variable stacked = stackedFor(part);
        stackedByPart.put(part, stacked);
        histories.want(stacked);
      }
      for (Apply node : nodesOf(term.value())) {
        // The factors of products, and of what is linear in them the factors that stay the same.
        List<Variable> summed = linearOperands(node);
        node.operands().stream()
            .filter(operand -> !summed.contains(operand))
            .forEach(histories::want);
      }
    }
  }

  /// The nodes that a term is taken apart into.
  private Set<Apply> nodesOf(Variable term) {
    Set<Apply> found = new LinkedHashSet<>();
    Deque<Variable> waiting = new ArrayDeque<>(List.of(term));
    while (!waiting.isEmpty()) {
      if (waiting.remove() instanceof Result result
          && takenApart.contains(result.apply())
          && found.add(result.apply())) {
        waiting.addAll(linearOperands(result.apply()));
      }
    }
    return found;
  }

  /// The values that a term is made of and that are neither products nor taken apart.
  private Set<Variable> parts(Variable term) {
    Set<Variable> parts = new LinkedHashSet<>();
    if (!isTakenApart(term)) {
      parts.add(term);
    }
    for (Apply node : nodesOf(term)) {
      linearOperands(node).stream().filter(part -> !isTakenApart(part)).forEach(parts::add);
    }
    return parts;
  }

  /// What to stack for a part: of a sum along axes what is summed, if that is there, or can be
  /// computed outside as well, or if both are much and it is not too much.
  private Variable stackedFor(Variable part) {
    if (part instanceof Result result
        && result.apply().op() instanceof Reduce(ReduceFn fn, _)
        && fn == ReduceFn.SUM) {
      Variable summed = result.apply().operand(0);
      long cost = histories.cost(summed);
      if (cost == 0
          || dependences.get(summed) == Dependence.SEQUENCE
          || (histories.cost(part) > SMALL
              && cost <= histories.largest()
              && !isHistoryOfInnerLoop(summed))) {
        return summed;
      }
    }
    return part;
  }

  /// The sum of a wanted value over all steps, of variables outside the loop.
  Variable total(Variable term, Lifting lifting) {
    Deque<Variable> waiting = new ArrayDeque<>(List.of(term));
    while (!waiting.isEmpty()) {
      Variable value = waiting.peek();
      List<Variable> missing =
          isTakenApart(value)
              ? linearOperands(((Result) value).apply()).stream()
                  .filter(operand -> !totals.containsKey(operand))
                  .toList()
              : List.of();
      if (missing.isEmpty()) {
        waiting.pop();
        totals.computeIfAbsent(value, _ -> totalOf(value, lifting));
      } else {
        missing.forEach(waiting::push);
      }
    }
    return Objects.requireNonNull(totals.get(term));
  }

  private Variable totalOf(Variable value, Lifting lifting) {
    if (!isTakenApart(value)) {
      return totalOfPart(value, lifting);
    }
    Apply node = ((Result) value).apply();
    if (isSumOfProducts(node)) {
      return node.site().during(() -> totalOfProducts(node, lifting));
    }
    List<Variable> summed = linearOperands(node);
    List<Variable> operands = new ArrayList<>();
    for (Variable operand : node.operands()) {
      operands.add(
          summed.contains(operand)
              ? Objects.requireNonNull(totals.get(operand))
              : lifting.everyStep(operand));
    }
    return Apply.of(node.op(), operands, node.site()).result();
  }

  private Variable totalOfPart(Variable part, Lifting lifting) {
    Variable stacked = stackedByPart.getOrDefault(part, part);
    List<Integer> axes = new ArrayList<>(List.of(0));
    if (stacked != part
        && part instanceof Result result
        && result.apply().op() instanceof Reduce(_, List<Integer> inner)) {
      inner.forEach(axis -> axes.add(axis + 1));
    }
    return sum(lifting.allSteps(stacked), axes);
  }

  /// A sum along axes; of a slice along another axis it is a slice of the sum, so that sums of all
  /// parts of a concatenation are one.
  private Variable sum(Variable x, List<Integer> axes) {
    if (x instanceof Result result
        && result.apply().op() instanceof Slice(int axis, Dim start, Dim size, long step)
        && !axes.contains(axis)) {
      int kept = axis - (int) axes.stream().filter(summed -> summed < axis).count();
      return Lifting.apply(
          new Slice(kept, start, size, step), sumOf(result.apply().operand(0), axes));
    }
    return sumOf(x, axes);
  }

  private Variable sumOf(Variable x, List<Integer> axes) {
    return sums.computeIfAbsent(
        new Sum(x, axes), _ -> Lifting.apply(new Reduce(ReduceFn.SUM, axes), x));
  }

  /// `sum_t x_t y_t` as one product: the steps become part of the inner axis.
  private Variable totalOfProducts(Apply node, Lifting lifting) {
    Variable x = node.operand(0);
    Variable y = node.operand(1);
    Dim inner = x.type().shape().getLast();
    Dim all = steps.times(inner);
    Variable left;
    if (x.type().rank() == 1) {
      left = Lifting.reshaped(lifting.allSteps(x), List.of(all));
    } else if (inner.is(1)) {
      // No element moves when an axis of length 1 does.
      left = turned(Lifting.reshaped(lifting.allSteps(x), List.of(steps, x.type().dim(0))));
    } else if (x instanceof Result result
        && result.apply().op() instanceof Transpose
        && lifting.knows(result.apply().operand(0))) {
      Variable rows = lifting.allSteps(result.apply().operand(0));
      left = turned(Lifting.reshaped(rows, List.of(all, x.type().dim(0))));
    } else {
      Variable front = Lifting.apply(new Transpose(List.of(1, 0, 2)), lifting.allSteps(x));
      left = Lifting.reshaped(front, List.of(x.type().dim(0), all));
    }
    List<Dim> shape = new ArrayList<>(y.type().shape());
    shape.set(0, all);
    return Lifting.apply(new Dot(0), left, Lifting.reshaped(lifting.allSteps(y), shape));
  }

  private static Variable turned(Variable matrix) {
    return Lifting.apply(new Transpose(List.of(1, 0)), matrix);
  }
}
