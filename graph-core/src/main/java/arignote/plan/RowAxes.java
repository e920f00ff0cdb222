package arignote.plan;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.ArgReduce;
import arignote.ir.op.Binary;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.Concat;
import arignote.ir.op.Cond;
import arignote.ir.op.CoreOp;
import arignote.ir.op.Cumulate;
import arignote.ir.op.CustomOp;
import arignote.ir.op.DimSize;
import arignote.ir.op.Dot;
import arignote.ir.op.Fill;
import arignote.ir.op.Fused;
import arignote.ir.op.Gather;
import arignote.ir.op.Gemm;
import arignote.ir.op.Iota;
import arignote.ir.op.Pad;
import arignote.ir.op.Random;
import arignote.ir.op.Reduce;
import arignote.ir.op.Reshape;
import arignote.ir.op.Scan;
import arignote.ir.op.Scatter;
import arignote.ir.op.Select;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import arignote.ir.op.Unary;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Which positions of the values of a graph some rows of its outputs depend on: for each value the
/// axis along which the same rows of it are enough, or that all of it is needed.
///
/// Found from the outputs back to the inputs. A node that some rows of an operand are not enough
/// for, such as a sum over them, has no answer.
final class RowAxes {
  /// Stands for the axis of a value that all of is needed.
  static final int WHOLE = -1;

  private final Graph graph;
  private final int axis;
  private final List<Apply> order;
  private final Map<Variable, Integer> computed = new IdentityHashMap<>();
  private final Map<Variable, Set<Integer>> leaves = new IdentityHashMap<>();
  private final Map<Apply, RowAxes> fused = new IdentityHashMap<>();
  private boolean found = true;

  private RowAxes(Graph graph, int axis) {
    this.graph = graph;
    this.axis = axis;
    this.order = graph.applies();
    graph.outputs().forEach(output -> need(output, axis));
    for (Apply apply : order.reversed()) {
      if (found) {
        needOperands(apply);
      }
    }
  }

  /// The axes of a graph's values for rows of all outputs along one axis.
  static Optional<RowAxes> of(Graph graph, int axis) {
    RowAxes axes = new RowAxes(graph, axis);
    return axes.found ? Optional.of(axes) : Optional.empty();
  }

  /// The ways in which an input is read, in ascending order; none if it is not.
  Set<Integer> of(Input input) {
    return leaves.getOrDefault(input, Set.of());
  }

  Graph graph() {
    return graph;
  }

  /// The axis of the outputs' rows.
  int axis() {
    return axis;
  }

  /// The graph's nodes, each after those it needs.
  List<Apply> order() {
    return order;
  }

  /// The axis of a node's results.
  int axisOf(Apply apply) {
    return apply.results().stream()
        .filter(computed::containsKey)
        .mapToInt(computed::get)
        .findFirst()
        .orElse(WHOLE);
  }

  /// For each operand of a node the axis along which it is needed.
  int[] operandAxes(Apply apply) {
    int axis = axisOf(apply);
    return (axis == WHOLE ? all(apply, WHOLE) : operandAxes(apply, axis)).orElseThrow();
  }

  /// The axes of a fused node's body.
  RowAxes inside(Apply apply) {
    return Objects.requireNonNull(fused.get(apply), "not a fused node of some rows");
  }

  private void need(Variable variable, int axis) {
    switch (variable) {
      case Result result -> {
        Integer known = computed.putIfAbsent(result, axis);
        found &= known == null || known == axis;
      }
      case Input input -> leaves.computeIfAbsent(input, _ -> new TreeSet<>()).add(axis);
      case Constant _, Shared _ -> found &= axis == WHOLE;
    }
  }

  private void needOperands(Apply apply) {
    int axis = WHOLE;
    boolean first = true;
    for (Result result : apply.results()) {
      Integer needed = computed.get(result);
      if (needed != null) {
        found &= first || needed == axis;
        axis = needed;
        first = false;
      }
    }
    if (!found) {
      return;
    }
    if (axis == WHOLE) {
      apply.operands().forEach(operand -> need(operand, WHOLE));
      return;
    }
    Optional<int[]> needed = operandAxes(apply, axis);
    found &= needed.isPresent();
    needed.ifPresent(axes -> {
      for (int i = 0; i < axes.length; i++) {
        need(apply.operand(i), axes[i]);
      }
    });
  }

  /// For each operand the axis along which it is needed for rows of the results along another.
  private Optional<int[]> operandAxes(Apply apply, int axis) {
    return switch (apply.op()) {
      case CoreOp op -> operandAxes(op, apply, axis);
      case CustomOp _ -> Optional.empty();
    };
  }

  private Optional<int[]> operandAxes(CoreOp op, Apply apply, int axis) {
    return switch (op) {
      case Unary _, Binary _, Compare _, Select _, Cast _ -> all(apply, axis);
      case Fill _ -> all(apply, axis);
      case Iota iota -> unless(iota.axis() == axis, apply, axis);
      case Slice slice -> unless(slice.axis() == axis, apply, axis);
      case Pad pad -> unless(pad.axis() == axis, apply, axis);
      case Concat concat -> unless(concat.axis() == axis, apply, axis);
      case Transpose(List<Integer> permutation) -> Optional.of(new int[] {permutation.get(axis)});
      case Broadcast(List<Dim> shape) -> {
        TensorType x = apply.operand(0).type();
        int at = axis - (shape.size() - x.rank());
        yield Optional.of(new int[] {at < 0 || x.dim(at).is(1) ? WHOLE : at});
      }
      case Reshape(List<Dim> shape) -> reshaped(apply.operand(0).type(), shape, axis);
      case Reduce reduce -> Optional.of(new int[] {behind(reduce.axes(), axis)});
      case ArgReduce reduce -> Optional.of(new int[] {behind(List.of(reduce.axis()), axis)});
      case Cumulate cumulate -> unless(cumulate.axis() == axis, apply, axis);
      case Dot(int batch) -> Optional.of(dot(apply, batch, axis));
      case Gemm _ -> Optional.of(axis == 0 ? new int[] {0, WHOLE, 0} : new int[] {WHOLE, 1, 1});
      case Gather gather -> Optional.of(gather(apply, gather, axis));
      case Scatter scatter -> scatter(scatter, axis);
      case Fused inner -> fused(inner, apply, axis);
      case DimSize _, Random _, Scan _, Cond _ -> Optional.empty();
    };
  }

  private static Optional<int[]> all(Apply apply, int axis) {
    int[] axes = new int[apply.operands().size()];
    Arrays.fill(axes, axis);
    return Optional.of(axes);
  }

  private static Optional<int[]> unless(boolean meets, Apply apply, int axis) {
    return meets ? Optional.empty() : all(apply, axis);
  }

  /// The axis of what is left over when some axes go.
  private static int behind(List<Integer> gone, int axis) {
    int at = 0;
    for (int kept = 0; ; at++) {
      if (!gone.contains(at) && kept++ == axis) {
        return at;
      }
    }
  }

  /// The axis of the same length with as many elements before it.
  private static Optional<int[]> reshaped(TensorType from, List<Dim> shape, int axis) {
    Dim before = size(shape.subList(0, axis));
    for (int at = 0; at < from.rank(); at++) {
      if (from.dim(at).equals(shape.get(axis))
          && size(from.shape().subList(0, at)).equals(before)) {
        return Optional.of(new int[] {at});
      }
    }
    return Optional.empty();
  }

  private static Dim size(List<Dim> shape) {
    return shape.stream().reduce(Dim.of(1), Dim::times);
  }

  private static int[] dot(Apply apply, int batch, int axis) {
    if (axis < batch) {
      return new int[] {axis, axis};
    }
    boolean ofLeft = axis == batch && apply.operand(0).type().rank() == batch + 2;
    return ofLeft ? new int[] {batch, WHOLE} : new int[] {WHOLE, batch + 1};
  }

  private static int[] gather(Apply apply, Gather gather, int axis) {
    int replacing = apply.operand(1).type().rank() - gather.batch();
    if (axis < gather.batch()) {
      return new int[] {axis, axis};
    }
    if (axis < gather.axis()) {
      return new int[] {axis, WHOLE};
    }
    if (axis < gather.axis() + replacing) {
      return new int[] {WHOLE, axis - gather.axis() + gather.batch()};
    }
    return new int[] {axis - replacing + 1, WHOLE};
  }

  private static Optional<int[]> scatter(Scatter scatter, int axis) {
    if (axis < scatter.batch()) {
      return Optional.of(new int[] {axis, axis, axis});
    }
    return axis < scatter.axis() ? Optional.of(new int[] {axis, WHOLE, axis}) : Optional.empty();
  }

  private Optional<int[]> fused(Fused op, Apply apply, int axis) {
    // Results of a reduction may lack axes that the loop has.
    long lengths =
        op.body().outputs().stream()
            .map(output -> output.type())
            .map(type -> axis < type.rank() ? type.dim(axis) : Dim.of(-1))
            .distinct()
            .count();
    Optional<RowAxes> inner = lengths == 1 ? of(op.body(), axis) : Optional.empty();
    if (inner.isEmpty()) {
      return Optional.empty();
    }
    int[] axes = new int[op.body().inputs().size()];
    for (int i = 0; i < axes.length; i++) {
      Set<Integer> read = inner.get().of(op.body().inputs().get(i));
      if (read.size() > 1) {
        return Optional.empty();
      }
      axes[i] = read.isEmpty() ? WHOLE : read.iterator().next();
    }
    fused.put(apply, inner.get());
    return Optional.of(axes);
  }
}
