package arignote.rewrite.scan;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Concat;
import arignote.ir.op.Reshape;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Makes values of a loop's body known for all steps after the loop, stacking as little as
/// possible: what comes in as a sequence or is stacked already is there, a view of it is a view of
/// the stack, and of a concatenation that is stacked the parts are slices.
final class Histories {
  private final ScanDraft draft;
  private final Map<Variable, Dependence> dependences;
  private final List<Apply> nodes;
  private final Map<Variable, List<Apply>> concats = new HashMap<>();
  private final Set<Variable> wanted = new LinkedHashSet<>();
  private final Set<Apply> outside = new HashSet<>();
  private final long largest;

  Histories(ScanDraft draft, Map<Variable, Dependence> dependences) {
    this.draft = draft;
    this.dependences = dependences;
    this.nodes = draft.applies();
    List<Variable> read = new ArrayList<>(draft.stacked());
    draft.sequences().forEach(feed -> read.add(feed.inside()));
    largest = read.stream().mapToLong(value -> Estimate.elements(value.type())).max().orElse(1);
    for (Apply node : nodes) {
      if (node.op() instanceof Concat) {
        node.operands()
            .forEach(part -> concats.computeIfAbsent(part, _ -> new ArrayList<>()).add(node));
      }
    }
  }

  /// Says that a value is needed for all steps.
  void want(Variable value) {
    Variable source = source(value);
    if (!isFed(source)) {
      wanted.add(source);
    }
    // Views of what is stacked are made outside.
    Variable view = value;
    while (view != source) {
      Apply node = ((Result) view).apply();
      outside.add(node);
      view = node.operand(0);
    }
  }

  /// Says that a node is to be computed outside, for all steps at once.
  void moveOut(Apply node) {
    outside.add(node);
  }

  /// Whether a value can be had for all steps without stacking more than is stacked, or wanted,
  /// already.
  boolean isThere(Variable value) {
    Variable source = source(value);
    return isFed(source)
        || wanted.contains(source)
        || draft.stacked().contains(source)
        || isPacked(source);
  }

  /// The number of elements a step would have to stack for a value.
  long cost(Variable value) {
    return isThere(value) ? 0 : Estimate.elements(source(value).type());
  }

  /// The number of elements of the largest of what a step reads from sequences or stacks.
  long largest() {
    return largest;
  }

  /// Below transpositions, reshapes and broadcasts.
  private Variable source(Variable value) {
    Variable source = value;
    while (!draft.stacked().contains(source)
        && source instanceof Result result
        && switch (result.apply().op()) {
          case Transpose _, Reshape _, Broadcast _ -> true;
          default -> false;
        }) {
      source = result.apply().operand(0);
    }
    return source;
  }

  /// Whether a value comes from outside: a sequence, a captured value, a constant, or something
  /// made of nothing.
  private boolean isFed(Variable value) {
    return value instanceof Result result
        ? Lifting.isFree(result.apply())
        : dependences.get(value) != Dependence.STATE;
  }

  /// Whether a value is the same in every step and known outside.
  boolean isSameEveryStep(Variable value) {
    return dependences.getOrDefault(value, Dependence.INVARIANT) == Dependence.INVARIANT
        && isFed(source(value));
  }

  /// Whether a concatenation that is stacked has the value as a part.
  private boolean isPacked(Variable value) {
    if (value instanceof Result result && result.apply().op() instanceof Concat) {
      return false;
    }
    return concats.getOrDefault(value, List.of()).stream()
        .map(Apply::result)
        .anyMatch(whole -> draft.stacked().contains(whole) || wanted.contains(whole));
  }

  /// Stacks what is wanted and not there; to be called once, before the scan is put together.
  void stack() {
    for (Apply node : nodes) {
      node.results().stream().filter(wanted::contains).forEach(this::stack);
    }
    wanted.stream().filter(value -> !(value instanceof Result)).forEach(draft.stacked()::add);
  }

  private void stack(Variable value) {
    if (!isPacked(value)) {
      draft.stacked().add(value);
    }
  }

  /// What is wanted, and what was moved out, for all steps.
  Lifting after(ScanDraft.Built built) {
    Lifting lifting = Lifting.of(draft);
    draft.stacked().forEach(value -> lifting.put(value, built.history(value)));
    for (Apply node : nodes) {
      if (Lifting.isFree(node) && node.operands().isEmpty()) {
        lifting.lift(node);
      } else if (node.op() instanceof Concat(int axis) && draft.stacked().contains(node.result())) {
        putParts(node, axis, lifting, built);
      }
    }
    for (Apply node : nodes) {
      if (outside.contains(node)) {
        lifting.lift(node);
      }
    }
    return lifting;
  }

  private void putParts(Apply concat, int axis, Lifting lifting, ScanDraft.Built built) {
    Dim start = Dim.of(0);
    for (Variable part : concat.operands()) {
      Dim size = part.type().dim(axis);
      if (wanted.contains(part) && !draft.stacked().contains(part)) {
        lifting.put(
            part,
            Apply.of(
                    new Slice(axis + 1, start, size, 1),
                    List.of(built.history(concat.result())),
                    concat.site())
                .result());
      }
      start = start.plus(size);
    }
  }
}
