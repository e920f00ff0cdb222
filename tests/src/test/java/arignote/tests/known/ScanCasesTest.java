package arignote.tests.known;

import static arignote.autodiff.Gradients.grad;
import static arignote.dsl.Maths.select;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.autodiff.Gradients;
import arignote.autodiff.Jacobians;
import arignote.autodiff.Truncation;
import arignote.dsl.Conditional;
import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.dsl.Recurrence;
import arignote.dsl.Scanned;
import arignote.dsl.Step;
import arignote.dsl.Values;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Loops, their taps and their gradients, against the same loops in plain Java or sums by hand.
class ScanCasesTest {
  private static final double[] XS = {1, 2, 4, 8, 16};

  private final Input x = Values.input("x", DType.F64, "T");
  private final Input y = Values.input("y", DType.F64, "T");
  private final Input m = Values.input("m", DType.F64, "N", 2);
  private final Input u = Values.input("u", DType.F64, 2, 2);
  private final Input a = Values.input("a", DType.F64);
  private final Input n = Values.input("n", DType.I64, "T");
  private final Variable zero = Values.constant(DType.F64, 0);
  private final Variable one = Values.constant(DType.F64, 1);
  private final Variable start = a;
  private final Table table = new Table();

  record Pair(Variable left, Variable right) {}

  private void loops() {
    table.row("cumulative sum", Loop.scan(x, zero, (e, s) -> s.add(e)).history(), 1, 3, 7, 15, 31);
    table.row(
        "cumulative product", Loop.scan(x, one, (e, s) -> s.mul(e)).history(), 1, 2, 8, 64, 1024);
    table.row(
        "cumulative maximum",
        Loop.scan(x.neg(), zero.sub(3), (e, s) -> Maths.maximum(s, e)).history(),
        -1,
        -1,
        -1,
        -1,
        -1);
    table.row("the last state only", Loop.scan(x, zero, (e, s) -> s.add(e)).last(), 31);
    table.row("powers", Loop.steps(5).scan(one, (_, s) -> s.mul(a)).history(), 2, 4, 8, 16, 32);
    table.row(
        "A ** k",
        Loop.steps(3).scan(x.mul(0).add(1), (_, s) -> s.mul(x)).last(),
        1,
        8,
        64,
        512,
        4096);
    // Theano's tutorial: coefficients 1, 2, 4, 8, 16 at 2.
    table.row(
        "a polynomial",
        Loop.over(new Pair(x, n.cast(DType.F64))).map(e -> e.left().mul(a.pow(e.right()))).sum(),
        1 + 4 + 16 + 64 + 256);
    table.row(
        "Horner's scheme", Loop.foldr(x, zero, (e, s) -> s.mul(a).add(e)), 1 + 4 + 16 + 64 + 256);
    table.row(
        "in reverse",
        Loop.over(x).reversed().scan(zero, (e, s) -> s.add(e)).history(),
        31,
        30,
        28,
        24,
        16);
    table.row(
        "two sequences",
        Loop.over(new Pair(x, y)).map(e -> e.left().mul(e.right())),
        5,
        8,
        12,
        16,
        16);
    table.row("two states", fibonacci().last().left(), 55);
    table.row(
        "histories of two states",
        fibonacci().history().right(),
        1,
        2,
        3,
        5,
        8,
        13,
        21,
        34,
        55,
        89);
    table.row("rows of a matrix", Loop.over(m).map(row -> row.sum()), 3, 7, 11);
    table.row(
        "a state of rows",
        Loop.scan(m, m.get(0).mul(0), (r, s) -> s.mul(2).add(r)).last(),
        4 + 6 + 5,
        8 + 8 + 6);
    table.row(
        "a state times a matrix", Loop.steps(3).scan(m.get(0), (_, h) -> h.dot(u)).last(), 21, 34);
    table.row("step numbers", Loop.steps(4).map(i -> i.mul(i)), 0, 1, 4, 9);
    table.row("no steps", Loop.scan(x.slice(0, 0, 0), one, (e, s) -> s.mul(e)).last(), 1);
    table.row("one step", Loop.scan(x.slice(0, 1, 2), zero, (e, s) -> s.add(e)).history(), 2);
    table.row("integers", Loop.scan(n, n.get(0), (e, s) -> s.mul(3).add(e)).last(), 58);
    table.row(
        "bools",
        Loop.scan(x.gt(3), x.get(0).gt(0), (e, s) -> Maths.and(e, s)).history(),
        0,
        0,
        0,
        0,
        0);
    table.row(
        "a loop in a loop",
        Loop.over(m).map(row -> Loop.foldl(row, zero, (e, s) -> s.mul(10).add(e))),
        12,
        34,
        56);
    table.row(
        "a mask keeps the state",
        Loop.scan(x, zero, (e, s) -> select(e.gt(3), s.add(e), s)).history(),
        0,
        0,
        4,
        12,
        28);
    table.row(
        "a conditional in a step",
        Loop.scan(x, zero, (e, s) -> Conditional.cond(e.lt(4), () -> s.add(e), () -> s.sub(e)))
            .history(),
        1,
        3,
        -1,
        -9,
        -25);
    table.row(
        "a tanh recurrence",
        Loop.scan(x, zero, (e, h) -> Maths.tanh(h.sub(e.div(16)))).history(),
        tanhs());
    table.row(
        "outputs beside the state",
        Loop.over(x).emit(zero, (e, s) -> new Step<>(s.add(e), s.mul(e))).stacked(),
        0,
        2,
        12,
        56,
        240);
    table.row("the collatz sequence of 6", collatz(), 6, 3, 10, 5, 16, 8, 4, 2);
    table.row(
        "a mean as it goes",
        Loop.over(new Pair(x, n.cast(DType.F64)))
            .scan(zero, (e, s) -> s.add(e.left().sub(s).div(e.right().add(1))))
            .history(),
        1,
        1.5,
        7 / 3.,
        3.75,
        6.2);
  }

  private static double[] tanhs() {
    double[] h = new double[XS.length];
    double before = 0;
    for (int t = 0; t < h.length; t++) {
      before = Math.tanh(before - XS[t] / 16);
      h[t] = before;
    }
    return h;
  }

  private Scanned<Pair> fibonacci() {
    Pair first = new Pair(zero, one);
    return Loop.steps(10).scan(first, (_, s) -> new Pair(s.right(), s.left().add(s.right())));
  }

  private static Variable collatz() {
    Variable six = Values.constant(DType.I64, 6);
    return Loop.steps(8)
        .emit(
            six,
            (_, v) ->
                new Step<>(select(Maths.mod(v, 2).eq(0), Maths.floordiv(v, 2), v.mul(3).add(1)), v))
        .stacked();
  }

  private void taps() {
    table.row(
        "taps -2 and -1",
        Recurrence.of(v -> List.of(v.get(0).add(v.get(1))))
            .output(Values.constant(HostTensor.of(new double[] {1, 1})), -2, -1)
            .steps(6)
            .run()
            .getFirst(),
        2,
        3,
        5,
        8,
        13,
        21);
    table.row(
        "taps of a sequence",
        Recurrence.of(v -> List.of(v.get(1).sub(v.get(0))))
            .sequence(x, 0, 1)
            .output()
            .run()
            .getFirst(),
        1,
        2,
        4,
        8);
    table.row(
        "a filter of sequence and output taps",
        Recurrence.of(v -> List.of(v.get(0).add(v.get(1)).add(v.get(2).mul(0.5))))
            .sequence(x, -1, 0)
            .output(zero)
            .run()
            .getFirst(),
        3,
        7.5,
        15.75,
        31.875);
    table.row("map", Loop.map(x, e -> e.square()), 1, 4, 16, 64, 256);
    table.row("reduce", Loop.reduce(x, zero, (e, s) -> s.add(e)), 31);
    table.row("foldl", Loop.foldl(x, zero, (e, s) -> e.sub(s)), 11);
    table.row("foldr", Loop.foldr(x, zero, (e, s) -> e.sub(s)), 11);
    table.row("foldr of differences", Loop.foldr(x, zero, (e, s) -> s.sub(e.mul(2))), -62);
    table.row("until", doubled().last(), 128);
    table.row("steps until", doubled().steps(), 6);
    table.row("history until", doubled().history(), 4, 8, 16, 32, 64, 128, 128, 128);
  }

  private arignote.dsl.Stopped<Variable> doubled() {
    return Loop.steps(8).until(start, (_, s) -> new Step<>(s.mul(2), s.mul(2).gt(100)));
  }

  private void gradients() {
    Variable sum = Loop.scan(x, zero, (e, s) -> s.add(e.mul(a))).last();
    table.row("of a sum to what each step uses", grad(sum, a), 31);
    table.row("of a sum to the elements", grad(sum, x), 2, 2, 2, 2, 2);
    Variable power = Loop.steps(5).scan(one, (_, s) -> s.mul(a)).last();
    table.row("of a power", grad(power, a), 80);
    table.row("of a power, twice", grad(grad(power, a), a), 160);
    table.row("of a power, three times", grad(grad(grad(power, a), a), a), 240);
    Variable initial = Loop.scan(x, start, (e, s) -> s.mul(e)).last();
    table.row("to the initial state", grad(initial, a), 1024);
    table.row("to the elements of a product", grad(initial, x), 2048, 1024, 512, 256, 128);
    Variable history = Loop.scan(x, start, (e, s) -> s.add(e)).history();
    table.row("of all states", grad(history.sum(), x), 5, 4, 3, 2, 1);
    table.row("of one state", grad(history.get(2), x), 1, 1, 1, 0, 0);
    table.row(
        "of one state and the last",
        grad(history.get(2).mul(history.get(-1)), x),
        42,
        42,
        42,
        9,
        9);
    Variable back = Loop.over(x).reversed().scan(start, (e, s) -> s.mul(0.5).add(e)).last();
    table.row("of a loop in reverse", grad(back, x), 1, 0.5, 0.25, 0.125, 0.0625);
    Variable rows = Loop.steps(2).scan(m.get(0), (_, h) -> h.dot(u)).last().sum();
    // h U U with h = (1, 2), U = ((1, 1), (1, 2)); d/dU of 1' U' U' h
    table.row("to a matrix", grad(rows, u), 2 + 3, 3 + 3, 4 + 5, 6 + 5);
    table.row(
        "of a masked step",
        grad(Loop.scan(x, start, (e, s) -> select(e.gt(3), s.mul(e), s)).last(), x),
        0,
        0,
        256,
        128,
        64);
    table.row(
        "of the collected squares", grad(Loop.map(x, e -> e.square()).sum(), x), 2, 4, 8, 16, 32);
    table.row(
        "of nested loops",
        grad(Loop.over(m).map(row -> Loop.foldl(row, one, (e, s) -> s.mul(e))).sum(), m),
        2,
        1,
        4,
        3,
        6,
        5);
    table.row("of until", grad(doubled().last(), a), 64);
    table.row(
        "truncated to two steps",
        grad(Truncation.scan(2, x, start, (e, s) -> s.mul(e)).last(), x),
        0,
        0,
        0,
        256,
        128);
    table.row(
        "with a stopped state",
        grad(Loop.scan(x, start, (e, s) -> Gradients.stopGradient(s).add(e)).last(), x),
        0,
        0,
        0,
        0,
        1);
    table.row(
        "a Jacobian by rows",
        Jacobians.jacobian(history, x),
        1,
        0,
        0,
        0,
        0,
        1,
        1,
        0,
        0,
        0,
        1,
        1,
        1,
        0,
        0,
        1,
        1,
        1,
        1,
        0,
        1,
        1,
        1,
        1,
        1);
    table.row(
        "Rop through a loop",
        Jacobians.jvp(List.of(initial), List.of(x), List.of(y)).getFirst(),
        2048 * 5 + 1024 * 4 + 512 * 3 + 256 * 2 + 128);
    table.row("a Hessian through a loop", Jacobians.hessian(power, a), 160);
    table.row(
        "of tanh steps",
        grad(Loop.steps(3).scan(start, (_, s) -> Maths.tanh(s)).last(), a),
        tanhSlope());
    table.row("of a gradient step in a loop", descent(), 2 * Math.pow(0.8, 10));
  }

  private static double tanhSlope() {
    double value = 2;
    double slope = 1;
    for (int t = 0; t < 3; t++) {
      value = Math.tanh(value);
      slope *= 1 - value * value;
    }
    return slope;
  }

  /// Ten steps down the gradient of `s^2`, each of length 0.1: `a * 0.8^10`.
  private Variable descent() {
    return Loop.steps(10).scan(start, (_, s) -> s.sub(grad(s.square(), s).mul(0.1))).last();
  }

  private Table filled() {
    if (table.size() == 0) {
      table
          .with(x, XS)
          .with(y, 5, 4, 3, 2, 1)
          .with(m, HostTensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2))
          .with(u, HostTensor.of(new double[] {1, 1, 1, 2}, 2, 2))
          .with(a, 2)
          .with(n, HostTensor.of(new long[] {0, 1, 2, 3, 4}));
      loops();
      taps();
      gradients();
    }
    return table;
  }

  @TestFactory
  Stream<DynamicTest> cases() {
    return filled().tests();
  }

  @Test
  void thereAreEnough() {
    assertTrue(filled().size() >= 55, filled().size() + " cases");
  }
}
