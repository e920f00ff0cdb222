package arignote.tests.ops;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.CompareFn;
import arignote.ir.op.Cond;
import arignote.ir.op.Dot;
import arignote.ir.op.Fill;
import arignote.ir.op.Gather;
import arignote.ir.op.Op;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Reshape;
import arignote.ir.op.Scan;
import arignote.ir.op.Transpose;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;

/// The row of the conditional.
final class BranchRows {
  private static final Domain VALUES = Domain.of(-1, 1);
  private static final Operand NO = new Operand(TensorType.scalar(DType.BOOL), Domain.always(0));
  private static final Operand YES = new Operand(TensorType.scalar(DType.BOOL), Domain.always(1));

  private BranchRows() {}

  static List<OpRow> rows() {
    return List.of(new OpRow("cond", Shapes.FLOATS, true, BranchRows::conditionals));
  }

  private static Variable apply(Op op, Variable... operands) {
    return Apply.of(op, List.of(operands)).result();
  }

  private static Variable add(Variable x, Variable y) {
    return apply(new Binary(BinaryFn.ADD), x, y);
  }

  private static Variable mul(Variable x, Variable y) {
    return apply(new Binary(BinaryFn.MUL), x, y);
  }

  private static Variable unary(UnaryFn fn, Variable x) {
    return apply(new Unary(fn), x);
  }

  private static Tolerance tolerance(DType dtype) {
    return new Tolerance(8, Tolerance.epsilon(dtype) * 64);
  }

  private static List<Example> conditionals(DType dtype, Sizes sizes) {
    List<Example> examples = new ArrayList<>();
    for (boolean taken : new boolean[] {true, false}) {
      examples.add(elementwise(dtype, sizes, taken, 5, 7));
      examples.add(elementwise(dtype, sizes, taken).plain());
      examples.add(elementwise(dtype, sizes, taken, 0).plain());
      examples.add(passedThrough(dtype, sizes, taken));
      examples.add(products(dtype, sizes, taken));
      examples.add(manyKinds(dtype, sizes, taken));
      examples.add(nested(dtype, sizes, taken));
      examples.add(loopInside(dtype, sizes, taken));
      examples.add(failingOtherSide(dtype, sizes, taken));
    }
    return examples;
  }

  private static Example example(
      String label, Cond cond, Tolerance tolerance, boolean taken, Operand... captured) {
    List<Operand> operands = new ArrayList<>(List.of(taken ? YES : NO));
    operands.addAll(List.of(captured));
    return Example.of(cond, tolerance, operands.toArray(Operand[]::new))
        .labelled(label + (taken ? ", then" : ", otherwise"));
  }

  /// `tanh(x * y)` or `x + y`.
  private static Example elementwise(DType dtype, Sizes sizes, boolean taken, long... shape) {
    TensorType type = sizes.type(dtype, shape);
    List<Input> then = List.of(new Input("x", type), new Input("y", type));
    List<Input> otherwise = List.of(new Input("x", type), new Input("y", type));
    Cond cond =
        new Cond(
            new Graph(then, List.of(unary(UnaryFn.TANH, mul(then.get(0), then.get(1))))),
            new Graph(otherwise, List.of(add(otherwise.get(0), otherwise.get(1)))));
    Operand operand = new Operand(type, VALUES);
    return example("elementwise", cond, tolerance(dtype), taken, operand, operand);
  }

  /// Nothing is computed: captured values, views of them, constants, one value twice.
  private static Example passedThrough(DType dtype, Sizes sizes, boolean taken) {
    TensorType type = sizes.type(dtype, 3, 3);
    Input x = new Input("x", type);
    Input y = new Input("y", type);
    Input a = new Input("a", type);
    Input b = new Input("b", type);
    Variable square = unary(UnaryFn.SQUARE, b);
    Cond cond =
        new Cond(
            new Graph(
                List.of(x, y),
                List.of(x, apply(new Transpose(List.of(1, 0)), y), apply(new Fill(2, type)))),
            new Graph(List.of(a, b), List.of(square, a, square)));
    Operand operand = new Operand(type, VALUES);
    return example("passed through", cond, tolerance(dtype), taken, operand, operand);
  }

  /// A product that is added to, with a transposed operand, or a sum of products.
  private static Example products(DType dtype, Sizes sizes, boolean taken) {
    TensorType matrix = sizes.type(dtype, 4, 4);
    Input x = new Input("x", matrix);
    Input w = new Input("w", matrix);
    Input a = new Input("a", matrix);
    Input b = new Input("b", matrix);
    Cond cond =
        new Cond(
            new Graph(
                List.of(x, w),
                List.of(add(x, apply(new Dot(0), x, apply(new Transpose(List.of(1, 0)), w))))),
            new Graph(
                List.of(a, b),
                List.of(
                    add(apply(new Dot(0), a, b), apply(new Dot(0), unary(UnaryFn.SIN, b), a)))));
    Operand operand = new Operand(matrix, VALUES);
    return example("products", cond, tolerance(dtype), taken, operand, operand);
  }

  /// Results of three dtypes and ranks.
  private static Example manyKinds(DType dtype, Sizes sizes, boolean taken) {
    TensorType type = sizes.type(dtype, 6);
    TensorType integers = sizes.type(DType.I32, 6);
    Input x = new Input("x", type);
    Input n = new Input("n", integers);
    Input a = new Input("a", type);
    Input b = new Input("b", integers);
    Variable cast = apply(new Cast(dtype), b);
    Cond cond =
        new Cond(
            new Graph(
                List.of(x, n),
                List.of(
                    apply(new Reduce(ReduceFn.SUM, List.of(0)), x),
                    n,
                    apply(new Compare(CompareFn.LT), x, apply(new Fill(0, type))))),
            new Graph(
                List.of(a, b),
                List.of(
                    apply(new Reduce(ReduceFn.SUM, List.of(0)), mul(a, cast)),
                    unary(UnaryFn.SQUARE, b),
                    apply(new Compare(CompareFn.GT), a, cast))));
    return example(
        "many kinds",
        cond,
        tolerance(dtype),
        taken,
        new Operand(type, VALUES),
        new Operand(integers, Domain.wholeNumbers(-9, 9)));
  }

  /// A conditional on the sign of a sum inside a branch.
  private static Example nested(DType dtype, Sizes sizes, boolean taken) {
    TensorType type = sizes.type(dtype, 5);
    Input deepX = new Input("x", type);
    Input deepY = new Input("x", type);
    Cond inner =
        new Cond(
            new Graph(List.of(deepX), List.of(unary(UnaryFn.EXP, deepX))),
            new Graph(List.of(deepY), List.of(unary(UnaryFn.COS, deepY))));
    Input x = new Input("x", type);
    Variable sum = apply(new Reduce(ReduceFn.SUM, List.of(0)), x);
    Variable zero = new Constant(HostTensor.scalar(dtype, 0));
    Variable chosen = apply(inner, apply(new Compare(CompareFn.GT), sum, zero), x);
    Input other = new Input("x", type);
    Cond outer =
        new Cond(
            new Graph(List.of(x), List.of(mul(chosen, x))),
            new Graph(List.of(other), List.of(unary(UnaryFn.NEG, other))));
    return example("nested", outer, tolerance(dtype), taken, new Operand(type, VALUES));
  }

  /// A loop in one branch, its sum of rows in the other.
  private static Example loopInside(DType dtype, Sizes sizes, boolean taken) {
    TensorType row = sizes.type(dtype, 4);
    TensorType rows = sizes.type(dtype, 3, 4);
    Input element = new Input("x", row);
    Input s = new Input("s", row);
    Input k = new Input("k", row);
    Variable next = add(mul(s, k), element);
    Scan scan =
        new Scan(new Graph(List.of(element, s, k), List.of(next)), 1, 1, sizes.dim(3), false);
    Input x = new Input("xs", rows);
    Input w = new Input("w", row);
    Input a = new Input("xs", rows);
    Input b = new Input("w", row);
    Cond cond =
        new Cond(
            new Graph(List.of(x, w), List.of(apply(scan, x, w, w))),
            new Graph(
                List.of(a, b), List.of(mul(b, apply(new Reduce(ReduceFn.SUM, List.of(0)), a)))));
    return example(
        "loop inside",
        cond,
        tolerance(dtype),
        taken,
        new Operand(rows, VALUES),
        new Operand(row, VALUES));
  }

  /// The side that is not taken reads with an index that does not exist.
  private static Example failingOtherSide(DType dtype, Sizes sizes, boolean taken) {
    TensorType type = sizes.type(dtype, 5);
    Input x = new Input("x", type);
    Input a = new Input("x", type);
    Variable fine = unary(UnaryFn.SIN, x);
    Variable wrong = new Constant(HostTensor.of(new long[] {0, 1, 99, 3, 4}, 5));
    Variable zero = apply(new Fill(0, TensorType.of(DType.I64, 5)));
    Variable gathered = apply(new Gather(0, 0), a, apply(new Binary(BinaryFn.ADD), wrong, zero));
    Variable there = apply(new Gather(0, 0), a, zero);
    Graph safe = new Graph(List.of(x), List.of(fine));
    Variable all = add(gathered, there);
    Graph failing = new Graph(List.of(a), List.of(resized(all, type)));
    Cond cond = taken ? new Cond(safe, failing) : new Cond(failing, safe);
    return example("failing other side", cond, tolerance(dtype), taken, new Operand(type, VALUES));
  }

  /// Of a type that may be symbolic, for an untaken side.
  private static Variable resized(Variable x, TensorType type) {
    return apply(new Reshape(type.shape()), x);
  }
}
