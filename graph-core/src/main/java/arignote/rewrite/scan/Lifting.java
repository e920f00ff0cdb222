package arignote.rewrite.scan;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Dim;
import arignote.ir.Result;
import arignote.ir.Site;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.ArgReduce;
import arignote.ir.op.ArgReduceFn;
import arignote.ir.op.Binary;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.Concat;
import arignote.ir.op.Cond;
import arignote.ir.op.CoreOp;
import arignote.ir.op.Cumulate;
import arignote.ir.op.CumulateFn;
import arignote.ir.op.CustomOp;
import arignote.ir.op.DimSize;
import arignote.ir.op.Dot;
import arignote.ir.op.Fill;
import arignote.ir.op.Fused;
import arignote.ir.op.Gather;
import arignote.ir.op.Gemm;
import arignote.ir.op.Iota;
import arignote.ir.op.Op;
import arignote.ir.op.Pad;
import arignote.ir.op.Random;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Reshape;
import arignote.ir.op.Scan;
import arignote.ir.op.Scatter;
import arignote.ir.op.ScatterFn;
import arignote.ir.op.Select;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import arignote.ir.op.Unary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/// Computes outside a loop, for all steps at once, what its body computes for one.
///
/// To a value inside that differs from step to step belongs one outside with a leading axis of
/// steps; to one that is the same in every step, one of its own type.
///
/// ```
/// %5 = dot(%x, %w) : f32[B,N]     =>     %0 = reshape(%xs) : f32[B*T,D]
///                                        %1 = dot(%0, @W) : f32[B*T,N]
///                                        %2 = reshape(%1) : f32[T,B,N]
/// ```
final class Lifting {
  private final Dim steps;
  private final Map<Variable, Variable> invariant = new HashMap<>();
  private final Map<Variable, Variable> lifted = new HashMap<>();

  Lifting(Dim steps) {
    this.steps = steps;
  }

  /// A lifting that knows what is outside of a scan: its captured values and its sequences.
  static Lifting of(ScanDraft draft) {
    Lifting lifting = new Lifting(draft.steps());
    draft.captured().forEach(feed -> lifting.putInvariant(feed.inside(), feed.outside()));
    draft.sequences().forEach(feed -> lifting.put(feed.inside(), feed.outside()));
    return lifting;
  }

  /// Says what a value inside is in all steps.
  void put(Variable inside, Variable allSteps) {
    lifted.put(inside, allSteps);
  }

  /// Says what a value inside is in every step.
  void putInvariant(Variable inside, Variable outside) {
    invariant.put(inside, outside);
  }

  /// Whether a value's outside counterpart is known.
  boolean knows(Variable inside) {
    return lifted.containsKey(inside) || isInvariant(inside);
  }

  private boolean isInvariant(Variable inside) {
    return invariant.containsKey(inside) || inside instanceof Constant;
  }

  /// The values of all steps.
  Variable allSteps(Variable inside) {
    Variable value = lifted.get(inside);
    return value != null ? value : repeated(outsideOf(inside));
  }

  /// The value of every step, if it is known to be the same in all.
  Variable everyStep(Variable inside) {
    return outsideOf(inside);
  }

  /// Whether an op has a form for all steps at once.
  static boolean canLift(Op op) {
    return switch (op) {
      case CoreOp core ->
          switch (core) {
            case Unary _, Binary _, Compare _, Select _, Cast _ -> true;
            case Reduce _, ArgReduce _, Cumulate _ -> true;
            case Dot _, Broadcast _, Reshape _, Transpose _, Slice _, Pad _, Concat _ -> true;
            case Gather _, Scatter _, Fill _, Iota _, DimSize _ -> true;
            case Random _, Scan _, Cond _, Fused _ -> false;
            // Canonical form has none.
            case Gemm _ -> false;
          };
      case CustomOp _ -> false;
    };
  }

  /// Whether a node costs next to nothing to make wherever its result is read, so that it need not
  /// cross the border of a loop.
  static boolean isFree(Apply node) {
    return switch (node.op()) {
      case Fill _, Iota _, DimSize _, Broadcast _ -> true;
      default -> false;
    };
  }

  /// Computes a node, all of whose operands are known. Of the same operands in every step that is
  /// done once, whatever the op.
  void lift(Apply node) {
    if (node.operands().stream().allMatch(this::isInvariant)) {
      List<Variable> operands = node.operands().stream().map(this::outsideOf).toList();
      Apply once =
          operands.equals(node.operands()) ? node : Apply.of(node.op(), operands, node.site());
      for (int i = 0; i < node.results().size(); i++) {
        putInvariant(node.results().get(i), once.results().get(i));
      }
      return;
    }
    put(node.result(), node.site().during(() -> allStepsOf(node)));
  }

  private Variable outsideOf(Variable inside) {
    return inside instanceof Constant
        ? inside
        : Objects.requireNonNull(invariant.get(inside), "not known outside the loop");
  }

  private Variable allStepsOf(Apply node) {
    return switch (node.op()) {
      case CoreOp core ->
          switch (core) {
            case Unary _, Binary _, Compare _, Select _, Cast _ -> apply(core, allOperands(node));
            case Reduce(ReduceFn fn, List<Integer> axes) ->
                apply(new Reduce(fn, behind(axes)), allOperands(node));
            case ArgReduce(ArgReduceFn fn, int axis) ->
                apply(new ArgReduce(fn, axis + 1), allOperands(node));
            case Cumulate(CumulateFn fn, int axis, boolean reverse) ->
                apply(new Cumulate(fn, axis + 1, reverse), allOperands(node));
            case Dot(int batch) -> dot(node, batch);
            case Broadcast(List<Dim> shape) ->
                apply(new Broadcast(stacked(shape)), aligned(node.operand(0), shape.size()));
            case Reshape(List<Dim> shape) -> apply(new Reshape(stacked(shape)), allOperands(node));
            case Transpose(List<Integer> permutation) -> {
              List<Integer> axes = new ArrayList<>(List.of(0));
              axes.addAll(behind(permutation));
              yield apply(new Transpose(axes), allOperands(node));
            }
            case Slice(int axis, Dim start, Dim size, long step) ->
                apply(new Slice(axis + 1, start, size, step), allOperands(node));
            case Pad(int axis, Dim start, Dim size, long step) ->
                apply(new Pad(axis + 1, start, size, step), allOperands(node));
            case Concat(int axis) -> apply(new Concat(axis + 1), allOperands(node));
            case Gather(int axis, int batch) -> gather(node, axis, batch);
            case Scatter(ScatterFn fn, int axis, int batch) ->
                apply(new Scatter(fn, axis + 1, batch + 1), allOperands(node));
            case Fill _, Iota _, DimSize _, Random _, Scan _, Cond _, Fused _, Gemm _ ->
                throw cannot(node);
          };
      case CustomOp _ -> throw cannot(node);
    };
  }

  private static IllegalArgumentException cannot(Apply node) {
    return new IllegalArgumentException("no form for all steps of " + node);
  }

  private List<Variable> allOperands(Apply node) {
    return node.operands().stream().map(this::allSteps).toList();
  }

  /// The same value for every step.
  private Variable repeated(Variable outside) {
    List<Dim> shape = stacked(outside.type().shape());
    return switch (outside) {
      case Result result when result.apply().op() instanceof Broadcast ->
          apply(new Broadcast(shape), result.apply().operand(0));
      case Result result when result.apply().op() instanceof Fill(double value, TensorType type) ->
          apply(new Fill(value, type.withShape(shape)));
      default -> apply(new Broadcast(shape), outside);
    };
  }

  /// The values of all steps, with axes of length 1 put behind that of the steps until there are
  /// `rank` more than that: broadcasting aligns shapes at their last axis.
  private Variable aligned(Variable inside, int rank) {
    Variable value = allSteps(inside);
    List<Dim> shape = new ArrayList<>(inside.type().shape());
    while (shape.size() < rank) {
      shape.addFirst(Dim.of(1));
    }
    return reshaped(value, stacked(shape));
  }

  private Variable gather(Apply node, int axis, int batch) {
    Variable x = node.operand(0);
    Variable indices = node.operand(1);
    if (batch == 0 && isInvariant(indices)) {
      return apply(new Gather(axis + 1, 0), allSteps(x), outsideOf(indices));
    }
    if (batch == 0 && isInvariant(x)) {
      Variable taken = apply(new Gather(axis, 0), outsideOf(x), allSteps(indices));
      List<Integer> order = new ArrayList<>(List.of(axis));
      IntStream.range(0, taken.type().rank()).filter(i -> i != axis).forEach(order::add);
      return axis == 0 ? taken : apply(new Transpose(order), taken);
    }
    return apply(new Gather(axis + 1, batch + 1), allSteps(x), allSteps(indices));
  }

  /// A product with the same matrix in every step is one product of all rows of all steps.
  private Variable dot(Apply node, int batch) {
    Variable x = node.operand(0);
    Variable y = node.operand(1);
    if (batch == 0 && isInvariant(y)) {
      return rowsTimes(allSteps(x), outsideOf(y));
    }
    if (batch == 0 && isInvariant(x)) {
      Variable matrix = outsideOf(x);
      Variable turned = matrix.type().rank() == 2 ? transposed(matrix) : matrix;
      Variable rows = y.type().rank() == 2 ? transposed(allSteps(y)) : allSteps(y);
      Variable product = rowsTimes(rows, turned);
      return y.type().rank() == 2 && matrix.type().rank() == 2 ? transposed(product) : product;
    }
    return apply(new Dot(batch + 1), allSteps(x), allSteps(y));
  }

  /// `x`, `[..,K]`, its leading axes taken as one, times a vector or matrix.
  private static Variable rowsTimes(Variable x, Variable y) {
    List<Dim> shape = new ArrayList<>(x.type().shape());
    Dim inner = shape.removeLast();
    Dim rows = new TensorType(x.type().dtype(), shape).size();
    Variable product = apply(new Dot(0), reshaped(x, List.of(rows, inner)), y);
    if (y.type().rank() == 2) {
      shape.add(y.type().dim(1));
    }
    return reshaped(product, shape);
  }

  /// The last two axes exchanged.
  private static Variable transposed(Variable x) {
    int rank = x.type().rank();
    List<Integer> order = new ArrayList<>(IntStream.range(0, rank - 2).boxed().toList());
    order.add(rank - 1);
    order.add(rank - 2);
    return apply(new Transpose(order), x);
  }

  static Variable reshaped(Variable x, List<Dim> shape) {
    return x.type().shape().equals(shape) ? x : apply(new Reshape(shape), x);
  }

  static Variable apply(Op op, Variable... operands) {
    return apply(op, List.of(operands));
  }

  private static Variable apply(Op op, List<Variable> operands) {
    return Apply.of(op, operands, Site.current()).result();
  }

  private static List<Integer> behind(List<Integer> axes) {
    return axes.stream().map(axis -> axis + 1).toList();
  }

  private List<Dim> stacked(List<Dim> shape) {
    List<Dim> all = new ArrayList<>(shape);
    all.addFirst(steps);
    return all;
  }
}
