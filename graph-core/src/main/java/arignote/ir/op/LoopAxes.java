package arignote.ir.op;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// How the values of a [Fused] body lie along the axes of its loop: an alignment is, for each axis
/// of a value, the axis of the loop along which it runs, or [#NONE] for an axis of length 1 that is
/// repeated or has been reduced. A value that is broadcast in two ways has two.
///
/// In a loop over `[B,C]` that reduces axis 1, an input `[C]` that is broadcast runs along `[1]`, a
/// sum `[B]` along `[0]`, the same reshaped to `[B,1]` along `[0,NONE]`.
public final class LoopAxes {
  /// Where an axis of length 1 runs.
  public static final int NONE = -1;

  private final List<Apply> applies;
  private final List<Dim> shape;
  private final List<Integer> reduced;
  private final IdentityHashMap<Variable, Set<List<Integer>>> alignments = new IdentityHashMap<>();

  private LoopAxes(Graph body) {
    applies = body.applies();
    List<Apply> reductions =
        applies.stream().filter(apply -> apply.op() instanceof Reduce).toList();
    if (reductions.isEmpty()) {
      shape = Fused.written(body.outputs().getFirst()).findFirst().orElseThrow().type().shape();
      reduced = List.of();
    } else {
      shape = reductions.getFirst().operand(0).type().shape();
      reduced = ((Reduce) reductions.getFirst().op()).axes();
    }
    for (Apply reduction : reductions) {
      if (!reduction.operand(0).type().shape().equals(shape)
          || !((Reduce) reduction.op()).axes().equals(reduced)
          || reduced.isEmpty()) {
        throw new TypeException(
            "fused: reductions need one shape and the same axes, found axes %s of %s and axes %s of %s"
                .formatted(
                    reduced,
                    reductions.getFirst().operand(0).type(),
                    ((Reduce) reduction.op()).axes(),
                    reduction.operand(0).type()));
      }
    }
    for (Variable output : body.outputs()) {
      boolean inParts = Fused.written(output).findFirst().orElse(output) != output;
      Fused.written(output)
          .forEach(value -> {
            if (inParts ? !value.type().shape().equals(shape) : !isOutput(value)) {
              throw notOutputs(body);
            }
            use(value, ofOutput(value));
          });
    }
    for (Apply apply : applies.reversed()) {
      for (List<Integer> alignment : of(apply.results().getFirst())) {
        useOperands(apply, alignment);
      }
    }
  }

  /// The alignments of a body's values.
  ///
  /// @throws TypeException if the body is not one loop
  public static LoopAxes of(Graph body) {
    return new LoopAxes(body);
  }

  /// The axes that a reduction of this shape along these axes keeps.
  public static List<Integer> kept(List<Dim> shape, List<Integer> reduced) {
    return IntStream.range(0, shape.size()).boxed().filter(axis -> !reduced.contains(axis)).toList();
  }

  /// The shape of a reduction's result.
  public static List<Dim> keptShape(List<Dim> shape, List<Integer> reduced) {
    return kept(shape, reduced).stream().map(shape::get).toList();
  }

  /// The shape of a reduction's result with its axes kept, 1 long.
  public static List<Dim> paddedShape(List<Dim> shape, List<Integer> reduced) {
    List<Dim> padded = new ArrayList<>(shape);
    reduced.forEach(axis -> padded.set(axis, Dim.of(1)));
    return List.copyOf(padded);
  }

  /// The body's nodes, each after those it needs.
  public List<Apply> applies() {
    return applies;
  }

  /// What the loop runs over.
  public List<Dim> shape() {
    return shape;
  }

  /// The axes of the loop that its reductions take away; none if there are none.
  public List<Integer> reduced() {
    return reduced;
  }

  /// The alignments of a value; none if nothing uses it.
  public Set<List<Integer>> of(Variable value) {
    return alignments.getOrDefault(value, Set.of());
  }

  private void use(Variable value, List<Integer> alignment) {
    alignments.computeIfAbsent(value, _ -> new LinkedHashSet<>()).add(alignment);
  }

  /// The alignment of a value that lies along all axes.
  public List<Integer> all() {
    return IntStream.range(0, shape.size()).boxed().toList();
  }

  private boolean isOutput(Variable value) {
    List<Dim> found = value.type().shape();
    return found.equals(shape)
        || (!reduced.isEmpty()
            && (found.equals(keptShape(shape, reduced))
                || found.equals(paddedShape(shape, reduced))));
  }

  /// The alignment of a value that is an output, or a part of one.
  public List<Integer> ofOutput(Variable value) {
    if (value.type().shape().equals(shape)) {
      return all();
    }
    return value.type().rank() == shape.size()
        ? all().stream().map(axis -> reduced.contains(axis) ? NONE : axis).toList()
        : kept(shape, reduced);
  }

  private TypeException notOutputs(Graph body) {
    List<TensorType> types = body.outputs().stream().map(Variable::type).toList();
    return new TypeException(
        reduced.isEmpty()
            ? "fused: outputs need one shape, found " + Check.quote(types)
            : "fused: outputs need the shape %s, or that without the axes %s, found %s"
                .formatted(shape, reduced, Check.quote(types)));
  }

  private void useOperands(Apply apply, List<Integer> alignment) {
    if (!apply.operands().isEmpty()) {
      List<Integer> before = ofOperands(apply, alignment);
      apply.operands().forEach(operand -> use(operand, before));
    }
  }

  /// The alignment of a node's operands, from one of its result.
  ///
  /// @throws TypeException if the node cannot be part of a loop
  public List<Integer> ofOperands(Apply apply, List<Integer> alignment) {
    return switch (apply.op()) {
      case Unary _, Binary _, Compare _, Select _, Cast _ -> alignment;
      case Broadcast _ -> ofBroadcast(apply, alignment);
      case Reshape _ -> ofReshape(apply, alignment);
      case Reduce _ -> {
        checkInRow(apply, alignment);
        yield all();
      }
      default -> throw new TypeException("fused: not part of a loop: " + apply);
    };
  }

  /// The alignment of what is broadcast, from that of the result.
  public static List<Integer> ofBroadcast(Apply apply, List<Integer> alignment) {
    TensorType from = apply.operand(0).type();
    TensorType to = apply.result().type();
    int added = to.rank() - from.rank();
    return IntStream.range(0, from.rank())
        .mapToObj(axis -> from.dim(axis).is(1) && !to.dim(added + axis).is(1) ? NONE : alignment.get(added + axis))
        .toList();
  }

  private static List<Integer> ofReshape(Apply apply, List<Integer> alignment) {
    TensorType from = apply.operand(0).type();
    TensorType to = apply.result().type();
    List<Integer> before = axesOtherThanOne(from);
    List<Integer> after = axesOtherThanOne(to);
    if (!before.stream().map(from::dim).toList().equals(after.stream().map(to::dim).toList())) {
      throw new TypeException(
          "fused: a reshape may add or take away axes of length 1 only, found " + apply);
    }
    List<Integer> result = new ArrayList<>(Collections.nCopies(from.rank(), NONE));
    for (int i = 0; i < before.size(); i++) {
      result.set(before.get(i), alignment.get(after.get(i)));
    }
    return List.copyOf(result);
  }

  private static List<Integer> axesOtherThanOne(TensorType type) {
    return IntStream.range(0, type.rank()).filter(axis -> !type.dim(axis).is(1)).boxed().toList();
  }

  /// What a reduction makes of a row may be used in the same row only.
  private void checkInRow(Apply reduction, List<Integer> alignment) {
    Result result = reduction.result();
    List<Integer> kept = kept(shape, reduced);
    for (int axis = 0; axis < kept.size(); axis++) {
      int runs = alignment.get(axis);
      if (runs != kept.get(axis) && !(runs == NONE && result.type().dim(axis).is(1))) {
        throw new TypeException(
            "fused: %s is used along the axes %s of the loop, it lies along %s"
                .formatted(reduction, alignment, kept));
      }
    }
  }
}
