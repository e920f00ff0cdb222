package arignote.tests.ops;

import arignote.ir.Apply;
import arignote.ir.Constant;
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
import arignote.ir.op.Dot;
import arignote.ir.op.Fill;
import arignote.ir.op.Fused;
import arignote.ir.op.Op;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Scan;
import arignote.ir.op.Select;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;

/// The rows of the ops with a graph of their own.
final class LoopRows {
  private static final Domain VALUES = Domain.of(-1, 1);

  private LoopRows() {}

  static List<OpRow> rows() {
    return List.of(
        new OpRow("scan", Shapes.FLOATS, true, LoopRows::scans),
        new OpRow("fused", Shapes.FLOATS, true, LoopRows::fusions));
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

  /// The rounding errors of some steps of a few operations each on values of about 1.
  private static Tolerance tolerance(DType dtype, long steps) {
    return new Tolerance(8, Tolerance.epsilon(dtype) * 16 * Math.max(1, steps));
  }

  private static Example example(String label, Op op, Tolerance tolerance, TensorType... types) {
    List<Operand> operands = new ArrayList<>();
    for (TensorType type : types) {
      operands.add(new Operand(type, VALUES));
    }
    return Example.of(op, tolerance, operands.toArray(Operand[]::new)).labelled(label);
  }

  private static List<Example> scans(DType dtype, Sizes sizes) {
    List<Example> examples = new ArrayList<>();
    for (boolean reverse : new boolean[] {false, true}) {
      for (long steps : new long[] {6, 1, 0}) {
        examples.add(decayingSum(dtype, sizes, steps, reverse));
        examples.add(recurrentCell(dtype, sizes, steps, reverse));
      }
      examples.add(twoOfEach(dtype, sizes, 5, reverse));
      examples.add(noCarries(dtype, sizes, 4, reverse));
      examples.add(nested(dtype, sizes, 3, reverse));
    }
    examples.add(noSequences(dtype, sizes, 7));
    examples.add(noSequences(dtype, sizes, 0));
    examples.add(exchange(dtype, sizes, 3));
    examples.add(carriesOfManyKinds(dtype, sizes, 5));
    examples.add(passedThrough(dtype, sizes, 4));
    examples.add(recurrentCell(dtype, sizes, 40, false).plain());
    return examples;
  }

  /// `s' = s * k + x`, elementwise, `k` captured, each `s'` stacked.
  private static Example decayingSum(DType dtype, Sizes sizes, long steps, boolean reverse) {
    TensorType vector = sizes.type(dtype, 5);
    Input x = new Input("x", vector);
    Input s = new Input("s", vector);
    Input k = new Input("k", vector);
    Variable next = add(mul(s, k), x);
    Scan scan =
        new Scan(new Graph(List.of(x, s, k), List.of(next, next)), 1, 1, sizes.dim(steps), reverse);
    return example(
        "decaying sum", scan, tolerance(dtype, steps), sizes.type(dtype, steps, 5), vector, vector);
  }

  /// `h' = tanh(x W + h U)`, each `h'` stacked.
  private static Example recurrentCell(DType dtype, Sizes sizes, long steps, boolean reverse) {
    TensorType input = sizes.type(dtype, 3, 4);
    TensorType state = sizes.type(dtype, 3, 8);
    TensorType inputWeight = sizes.type(dtype, 4, 8);
    TensorType stateWeight = sizes.type(dtype, 8, 8);
    Input x = new Input("x", input);
    Input h = new Input("h", state);
    Input w = new Input("w", inputWeight);
    Input u = new Input("u", stateWeight);
    Variable next = unary(UnaryFn.TANH, add(apply(new Dot(0), x, w), apply(new Dot(0), h, u)));
    Scan scan =
        new Scan(
            new Graph(List.of(x, h, w, u), List.of(next, next)), 1, 1, sizes.dim(steps), reverse);
    return example(
        "recurrent cell",
        scan,
        // A matrix of random numbers between -1 and 1 can make errors grow a little each step.
        new Tolerance(
            8, Tolerance.epsilon(dtype) * 64 * Math.pow(1.5, (double) Math.min(steps, 10))),
        sizes.type(dtype, steps, 3, 4),
        state,
        inputWeight,
        stateWeight);
  }

  /// Two sequences, two carries that use each other, three stacked outputs, one of them an element.
  private static Example twoOfEach(DType dtype, Sizes sizes, long steps, boolean reverse) {
    TensorType matrix = sizes.type(dtype, 2, 3);
    TensorType vector = sizes.type(dtype, 3);
    Input x = new Input("x", matrix);
    Input y = new Input("y", vector);
    Input a = new Input("a", matrix);
    Input b = new Input("b", vector);
    Variable nextA = unary(UnaryFn.SIN, add(x, mul(a, apply(new Broadcast(matrix.shape()), b))));
    Variable nextB = add(mul(b, y), apply(new Reduce(ReduceFn.SUM, List.of(0)), a));
    Variable product = mul(nextA, x);
    Scan scan =
        new Scan(
            new Graph(List.of(x, y, a, b), List.of(nextA, nextB, product, y, nextB)),
            2,
            2,
            sizes.dim(steps),
            reverse);
    return example(
        "two of each",
        scan,
        tolerance(dtype, 10 * steps),
        sizes.type(dtype, steps, 2, 3),
        sizes.type(dtype, steps, 3),
        matrix,
        vector);
  }

  /// A map: nothing goes from step to step.
  private static Example noCarries(DType dtype, Sizes sizes, long steps, boolean reverse) {
    TensorType vector = sizes.type(dtype, 5);
    Input x = new Input("x", vector);
    Input k = new Input("k", vector);
    Scan scan =
        new Scan(
            new Graph(
                List.of(x, k),
                List.of(
                    mul(unary(UnaryFn.EXP, x), k), apply(new Reduce(ReduceFn.SUM, List.of(0)), x))),
            1,
            0,
            sizes.dim(steps),
            reverse);
    return example("no carries", scan, tolerance(dtype, 5), sizes.type(dtype, steps, 5), vector);
  }

  /// A scan over rows inside a scan over matrices; both capture the same value.
  private static Example nested(DType dtype, Sizes sizes, long steps, boolean reverse) {
    TensorType row = sizes.type(dtype, 4);
    Input x = new Input("x", row);
    Input s = new Input("s", row);
    Input k = new Input("k", row);
    Variable next = add(mul(s, k), x);
    Scan inner =
        new Scan(new Graph(List.of(x, s, k), List.of(next, next)), 1, 1, sizes.dim(2), !reverse);
    TensorType matrix = sizes.type(dtype, 2, 4);
    Input m = new Input("m", matrix);
    Input outerS = new Input("s", row);
    Input outerK = new Input("k", row);
    Apply run = Apply.of(inner, List.of(m, outerS, outerK));
    Variable last = run.results().get(0);
    Variable stacked = run.results().get(1);
    Scan outer =
        new Scan(
            new Graph(List.of(m, outerS, outerK), List.of(mul(last, outerK), stacked)),
            1,
            1,
            sizes.dim(steps),
            reverse);
    return example(
        "nested", outer, tolerance(dtype, 6 * steps), sizes.type(dtype, steps, 2, 4), row, row);
  }

  private static Example noSequences(DType dtype, Sizes sizes, long steps) {
    TensorType vector = sizes.type(dtype, 5);
    Input s = new Input("s", vector);
    Variable next = unary(UnaryFn.COS, s);
    Scan scan = new Scan(new Graph(List.of(s), List.of(next, s)), 0, 1, sizes.dim(steps), false);
    return example("no sequences", scan, tolerance(dtype, 4 * steps), vector);
  }

  /// Carries that swap places, and one that stays: nothing is computed.
  private static Example exchange(DType dtype, Sizes sizes, long steps) {
    TensorType vector = sizes.type(dtype, 5);
    Input a = new Input("a", vector);
    Input b = new Input("b", vector);
    Input c = new Input("c", vector);
    Scan scan =
        new Scan(new Graph(List.of(a, b, c), List.of(b, a, c, a)), 0, 3, sizes.dim(steps), false);
    return example("exchange", scan, Tolerance.EXACT, vector, vector, vector);
  }

  /// A float scalar, an integer that counts, a bool that flips, and constants inside the body.
  private static Example carriesOfManyKinds(DType dtype, Sizes sizes, long steps) {
    TensorType scalar = TensorType.scalar(dtype);
    Input x = new Input("x", scalar);
    Input total = new Input("total", scalar);
    Input count = new Input("count", TensorType.scalar(DType.I64));
    Input odd = new Input("odd", TensorType.scalar(DType.BOOL));
    Variable weight = apply(new Cast(dtype), count);
    Variable half = new Constant(HostTensor.scalar(dtype, 0.5));
    Variable one = apply(new Fill(1, TensorType.scalar(DType.I64)));
    Variable term = apply(new Select(), odd, mul(x, weight), mul(x, half));
    Variable nextTotal = add(total, term);
    Variable nextCount = add(count, one);
    Variable nextOdd = apply(new Unary(UnaryFn.NOT), odd);
    Scan scan =
        new Scan(
            new Graph(
                List.of(x, total, count, odd),
                List.of(nextTotal, nextCount, nextOdd, term, count, odd)),
            1,
            3,
            sizes.dim(steps),
            false);
    return Example.of(
            scan,
            tolerance(dtype, 10 * steps),
            new Operand(sizes.type(dtype, steps), VALUES),
            new Operand(scalar, VALUES),
            new Operand(count.type(), Domain.wholeNumbers(-3, 3)),
            new Operand(odd.type(), VALUES))
        .labelled("carries of many kinds");
  }

  /// Outputs that are captured values or constants, an unused sequence, and an output listed twice.
  private static Example passedThrough(DType dtype, Sizes sizes, long steps) {
    TensorType vector = sizes.type(dtype, 5);
    Input x = new Input("x", vector);
    Input unused = new Input("unused", vector);
    Input s = new Input("s", vector);
    Input k = new Input("k", vector);
    Variable sum = add(x, s);
    Variable zero = apply(new Fill(0, vector));
    Scan scan =
        new Scan(
            new Graph(List.of(x, unused, s, k), List.of(k, k, sum, sum, zero)),
            2,
            1,
            sizes.dim(steps),
            false);
    TensorType sequence = sizes.type(dtype, steps, 5);
    return example("passed through", scan, tolerance(dtype, 1), sequence, sequence, vector, vector);
  }

  private static List<Example> fusions(DType dtype, Sizes sizes) {
    List<Example> examples = new ArrayList<>();
    for (long[] shape : new long[][] {{17}, {5, 7}, {2, 3, 5}}) {
      examples.add(chain(dtype, sizes, shape));
      examples.add(manyKinds(dtype, sizes, shape));
    }
    for (long[] shape : new long[][] {{}, {0}, {1}, {8}, {15}, {33}, {3, 0}, {257, 129}}) {
      examples.add(chain(dtype, sizes, shape).plain());
      examples.add(manyKinds(dtype, sizes, shape).plain());
    }
    examples.add(bias(dtype, sizes));
    examples.add(concatenated(dtype, sizes, 0));
    examples.add(concatenated(dtype, sizes, 1));
    examples.addAll(FusedReductions.examples(dtype, sizes));
    return examples;
  }

  /// `sigmoid(x * y + 0.25) - x`, and what is inside the sigmoid as a second output.
  private static Example chain(DType dtype, Sizes sizes, long... shape) {
    TensorType type = sizes.type(dtype, shape);
    Input x = new Input("x", type);
    Input y = new Input("y", type);
    Variable inside = add(mul(x, y), apply(new Fill(0.25, type)));
    Variable result = apply(new Binary(BinaryFn.SUB), unary(UnaryFn.SIGMOID, inside), x);
    return example(
        "chain",
        new Fused(new Graph(List.of(x, y), List.of(result, inside))),
        tolerance(dtype, 1),
        type,
        type);
  }

  /// Comparisons, selects, casts and integers in one loop, with outputs of three dtypes.
  private static Example manyKinds(DType dtype, Sizes sizes, long... shape) {
    TensorType type = sizes.type(dtype, shape);
    TensorType integers = sizes.type(DType.I32, shape);
    Input x = new Input("x", type);
    Input n = new Input("n", integers);
    Variable positive = apply(new Compare(CompareFn.GT), x, apply(new Fill(0, type)));
    Variable scaled = mul(x, apply(new Cast(dtype), n));
    Variable chosen = apply(new Select(), positive, scaled, unary(UnaryFn.EXP, x));
    Variable squares = unary(UnaryFn.SQUARE, n);
    return Example.of(
            new Fused(new Graph(List.of(x, n), List.of(chosen, positive, squares))),
            tolerance(dtype, 1),
            new Operand(type, VALUES),
            new Operand(integers, Domain.wholeNumbers(-9, 9)))
        .labelled("many kinds");
  }

  /// Values written to their places in a concatenation, an operand and a constant among them, and
  /// one of them once more by itself.
  private static Example concatenated(DType dtype, Sizes sizes, int axis) {
    TensorType type = sizes.type(dtype, 5, 19);
    Input x = new Input("x", type);
    Input y = new Input("y", type);
    Variable product = mul(x, y);
    Variable whole =
        apply(
            new Concat(axis),
            product,
            unary(UnaryFn.SIGMOID, product),
            x,
            apply(new Fill(2.5, type)),
            product);
    return example(
        "concatenated along axis " + axis,
        new Fused(new Graph(List.of(x, y), List.of(whole, product))),
        tolerance(dtype, 1),
        type,
        type);
  }

  /// A row and a scalar broadcast inside the loop.
  private static Example bias(DType dtype, Sizes sizes) {
    TensorType matrix = sizes.type(dtype, 5, 7);
    TensorType row = sizes.type(dtype, 7);
    TensorType scalar = sizes.type(dtype);
    Input x = new Input("x", matrix);
    Input b = new Input("b", row);
    Input k = new Input("k", scalar);
    Variable result =
        unary(
            UnaryFn.TANH,
            add(
                mul(x, apply(new Broadcast(matrix.shape()), k)),
                apply(new Broadcast(matrix.shape()), b)));
    return example(
        "bias",
        new Fused(new Graph(List.of(x, b, k), List.of(result))),
        tolerance(dtype, 1),
        matrix,
        row,
        scalar);
  }
}
