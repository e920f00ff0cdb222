package arignote.tests.ops;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.CompareFn;
import arignote.ir.op.Concat;
import arignote.ir.op.Fused;
import arignote.ir.op.Iota;
import arignote.ir.op.LoopAxes;
import arignote.ir.op.Op;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Reshape;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;

/// Examples of fused ops that reduce: one and more phases, along all kinds of axes, with results of
/// both shapes.
final class FusedReductions {
  private static final Domain VALUES = Domain.of(-1, 1);

  /// A shape and the axes that are reduced.
  private record Case(List<Integer> axes, boolean thorough, long... shape) {}

  private static final List<Case> CASES =
      List.of(
          new Case(List.of(1), true, 5, 7),
          new Case(List.of(0), true, 5, 7),
          new Case(List.of(0, 1), true, 5, 7),
          new Case(List.of(1, 2), true, 3, 2, 17),
          new Case(List.of(0, 2), true, 2, 3, 17),
          new Case(List.of(0), false, 17),
          new Case(List.of(0), false, 1),
          new Case(List.of(1), false, 4, 16),
          new Case(List.of(1), false, 70, 3),
          new Case(List.of(1), false, 3, 1025),
          new Case(List.of(0), false, 30, 33),
          new Case(List.of(1), false, 20, 33, 5),
          new Case(List.of(0, 1), false, 19, 101),
          new Case(List.of(1), false, 0, 5));

  private FusedReductions() {}

  static List<Example> examples(DType dtype, Sizes sizes) {
    List<Example> examples = new ArrayList<>();
    for (Case of : CASES) {
      add(examples, of, softmax(dtype, sizes, of));
      add(examples, of, moments(dtype, sizes, of));
      add(examples, of, normalised(dtype, sizes, of));
    }
    add(examples, CASES.get(0), kinds(dtype, sizes));
    for (Case empty : List.of(new Case(List.of(1), false, 3, 0), new Case(List.of(0), false, 0))) {
      add(examples, empty, moments(dtype, sizes, empty));
    }
    return examples;
  }

  private static void add(List<Example> examples, Case of, Example example) {
    examples.add(of.thorough ? example : example.plain());
  }

  private static Variable apply(Op op, Variable... operands) {
    return Apply.of(op, List.of(operands)).result();
  }

  private static Variable binary(BinaryFn fn, Variable x, Variable y) {
    return apply(new Binary(fn), x, y);
  }

  private static Variable reduce(ReduceFn fn, Variable x, Case of) {
    return apply(new Reduce(fn, of.axes), x);
  }

  /// What a reduction made, repeated along its row.
  private static Variable repeat(Variable reduced, List<Dim> shape, Case of) {
    Variable padded = apply(new Reshape(LoopAxes.paddedShape(shape, of.axes)), reduced);
    return apply(new Broadcast(shape), padded);
  }

  private static long length(Case of) {
    long length = 1;
    for (int axis : of.axes) {
      length *= of.shape[axis];
    }
    return length;
  }

  private static Tolerance tolerance(DType dtype, Case of) {
    return new Tolerance(16, Tolerance.epsilon(dtype) * 4 * Math.max(4, length(of)));
  }

  private static Example example(String label, Graph body, Tolerance tolerance) {
    List<Operand> operands =
        body.inputs().stream().map(input -> new Operand(input.type(), VALUES)).toList();
    return Example.of(new Fused(body), tolerance, operands.toArray(Operand[]::new))
        .labelled(label);
  }

  private static Example softmax(DType dtype, Sizes sizes, Case of) {
    TensorType type = sizes.type(dtype, of.shape);
    Input x = new Input("x", type);
    Variable largest = repeat(reduce(ReduceFn.MAX, x, of), type.shape(), of);
    Variable exponentials = apply(new Unary(UnaryFn.EXP), binary(BinaryFn.SUB, x, largest));
    Variable sum = repeat(reduce(ReduceFn.SUM, exponentials, of), type.shape(), of);
    Variable result = binary(BinaryFn.DIV, exponentials, sum);
    return example(
        "softmax along " + of.axes,
        new Graph(List.of(x), List.of(result)),
        new Tolerance(16, Tolerance.epsilon(dtype) * length(of)));
  }

  /// `sum(x * y)` and `sqrt(1 + sum(x * x))`, the latter with the reduced axes 1 long, and `x * y`.
  private static Example moments(DType dtype, Sizes sizes, Case of) {
    TensorType type = sizes.type(dtype, of.shape);
    Input x = new Input("x", type);
    Input y = new Input("y", type);
    Variable product = binary(BinaryFn.MUL, x, y);
    Variable squares = reduce(ReduceFn.SUM, apply(new Unary(UnaryFn.SQUARE), x), of);
    Variable padded = apply(new Reshape(LoopAxes.paddedShape(type.shape(), of.axes)), squares);
    Variable one =
        apply(new Broadcast(padded.type().shape()), new Constant(HostTensor.scalar(dtype, 1)));
    Variable norm = apply(new Unary(UnaryFn.SQRT), binary(BinaryFn.ADD, padded, one));
    return example(
        "moments along " + of.axes,
        new Graph(List.of(x, y), List.of(reduce(ReduceFn.SUM, product, of), norm, product)),
        tolerance(dtype, of));
  }

  /// `(x - mean(x)) * sin(k)` with a `k` that lies along the last axis and one for each row.
  private static Example normalised(DType dtype, Sizes sizes, Case of) {
    TensorType type = sizes.type(dtype, of.shape);
    Input x = new Input("x", type);
    Input last = new Input("last", type.withShape(List.of(type.shape().getLast())));
    Input own = new Input("own", type.withShape(LoopAxes.keptShape(type.shape(), of.axes)));
    Variable length = new Constant(HostTensor.scalar(dtype, Math.max(1, length(of))));
    Variable sum = binary(BinaryFn.ADD, reduce(ReduceFn.SUM, x, of), own);
    Variable mean = binary(BinaryFn.DIV, sum, apply(new Broadcast(sum.type().shape()), length));
    Variable centred = binary(BinaryFn.SUB, x, repeat(mean, type.shape(), of));
    Variable scale = apply(new Broadcast(type.shape()), apply(new Unary(UnaryFn.SIN), last));
    return example(
        "normalised along " + of.axes,
        new Graph(
            List.of(x, last, own), List.of(binary(BinaryFn.MUL, centred, scale), mean)),
        tolerance(dtype, of));
  }

  /// Reductions of three dtypes, one of a position, one of a value that is the same along the row,
  /// and a concatenation.
  private static Example kinds(DType dtype, Sizes sizes) {
    Case of = CASES.getFirst();
    TensorType type = sizes.type(dtype, of.shape);
    Input x = new Input("x", type);
    Input b = new Input("b", sizes.type(dtype, of.shape[0]));
    Variable repeated = repeat(b, type.shape(), of);
    Variable larger = apply(new Compare(CompareFn.GT), x, repeated);
    Variable any = reduce(ReduceFn.ANY, larger, of);
    Variable all = reduce(ReduceFn.ALL, larger, of);
    Variable count = reduce(ReduceFn.SUM, apply(new Cast(DType.I64), larger), of);
    Variable positions = reduce(ReduceFn.MAX, apply(new Iota(1, sizes.type(DType.I32, of.shape))), of);
    Variable same = reduce(ReduceFn.SUM, repeated, of);
    Variable counts = apply(new Cast(dtype), repeat(count, type.shape(), of));
    Variable joined = apply(new Concat(0), binary(BinaryFn.MUL, x, counts), x);
    return example(
        "kinds",
        new Graph(List.of(x, b), List.of(any, all, count, positions, same, joined)),
        tolerance(dtype, of));
  }
}
