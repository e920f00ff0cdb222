package arignote.tests.known;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.dsl.RandomStream;
import arignote.dsl.Values;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.runtime.Function;
import arignote.runtime.Results;
import arignote.runtime.UnusedInput;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What functions do with inputs, outputs, updates and shared variables: each case a short program
/// and what it must find.
class FunctionCasesTest {
  record Two(Variable first, Variable second) {}

  private final Map<String, Supplier<double[]>> programs = new LinkedHashMap<>();
  private final Map<String, double[]> expected = new LinkedHashMap<>();

  private void row(String name, Supplier<double[]> program, double... values) {
    programs.put(name, program);
    expected.put(name, values);
  }

  private final Input x = Values.input("x", DType.F64);
  private final Input y = Values.input("y", DType.F64);
  private final Input v = Values.input("v", DType.F64, "N");

  private static Shared shared(String name, double... value) {
    return Values.shared(
        name, value.length == 1 ? HostTensor.scalar(DType.F64, value[0]) : HostTensor.of(value));
  }

  private static double[] values(Results results) {
    return results.values().stream()
        .flatMapToDouble(tensor -> Arrays.stream(Table.doubles(tensor)))
        .toArray();
  }

  private Function f(Variable out) {
    return Function.compile()
        .inputs(x, y)
        .outputs(out)
        .onUnusedInput(UnusedInput.IGNORE)
        .build("f");
  }

  private void inputsAndOutputs() {
    row("two inputs", () -> values(f(x.add(y)).call(2, 3)), 5);
    row("arguments by name", () -> values(f(x.sub(y)).call(Map.of("y", 2, "x", 5))), 3);
    row(
        "several outputs",
        () ->
            values(
                Function.compile().inputs(x, y).outputs(x.add(y), x.mul(y)).build("f").call(2, 3)),
        5,
        6);
    row(
        "outputs of a record by name",
        () -> {
          Results results =
              Function.compile()
                  .inputs(x, y)
                  .outputs(new Two(x.sub(y), x.div(y)))
                  .build("f")
                  .call(6, 3);
          return new double[] {results.get("second").item(), results.get("first").item()};
        },
        2,
        3);
    row("an input as an output", () -> values(f(x).call(7, 0)), 7);
    row("a constant as an output", () -> values(f(Values.constant(DType.F64, 4)).call(1, 1)), 4);
    row(
        "one output twice",
        () -> values(Function.compile().inputs(x).outputs(x.exp(), x.exp()).build("f").call(0)),
        1,
        1);
    row("no output", () -> values(Function.compile().build("f").call()));
    row(
        "one function for all lengths",
        () -> {
          Function sum = Function.compile().inputs(v).outputs(v.sum()).build("f");
          return new double[] {
            sum.call(new double[] {1, 2}).item(),
            sum.call(new double[] {1, 2, 3}).item(),
            sum.call(new double[0]).item()
          };
        },
        3,
        6,
        0);
    row(
        "the length of an argument",
        () ->
            values(
                Function.compile()
                    .inputs(v)
                    .outputs(Values.size(v, 0))
                    .onUnusedInput(UnusedInput.IGNORE)
                    .build("f")
                    .call(new double[5])),
        5);
    row("a number for a literal", () -> values(f(x.mul(0.1).add(1)).call(10, 0)), 2);
  }

  private void givens() {
    row(
        "an input replaced by a constant",
        () ->
            values(
                Function.compile()
                    .inputs(y)
                    .outputs(x.mul(y))
                    .given(x, Values.constant(DType.F64, 4))
                    .build("f")
                    .call(2.5)),
        10);
    row(
        "an input replaced by a shared variable",
        () -> {
          Shared data = shared("data", 3);
          Function f = Function.compile().outputs(x.square()).given(x, data).build("f");
          double before = f.call().item();
          data.set(HostTensor.scalar(DType.F64, 5.0));
          return new double[] {before, f.call().item()};
        },
        9,
        25);
    row(
        "a minibatch of a shared data set",
        () -> {
          Shared data = shared("data", 1, 2, 3, 4, 5, 6);
          Input batch = Values.input("batch", DType.I64);
          Input rows = Values.input("rows", DType.F64, 2);
          Variable indices = Values.iota(2).add(batch.mul(2));
          Function f =
              Function.compile()
                  .inputs(batch)
                  .outputs(rows.sum())
                  .given(rows, data.take(indices, 0))
                  .build("f");
          return new double[] {f.call(0).item(), f.call(1).item(), f.call(2).item()};
        },
        3,
        7,
        11);
    row(
        "a middle result replaced",
        () -> {
          Variable square = x.square();
          return values(
              Function.compile()
                  .inputs(x)
                  .outputs(square.add(x))
                  .given(square, x.mul(100))
                  .build("f")
                  .call(2));
        },
        202);
  }

  private void updates() {
    row(
        "an accumulator",
        () -> {
          Shared total = shared("total", 0);
          Function f =
              Function.compile().inputs(x).outputs(total).update(total, total.add(x)).build("f");
          return new double[] {
            f.call(1).item(), f.call(2).item(), f.call(3).item(), total.get().item()
          };
        },
        0,
        1,
        3,
        6);
    row(
        "updates all read old values",
        () -> {
          Shared a = shared("a", 1);
          Shared b = shared("b", 2);
          Function swap = Function.compile().update(a, b).update(b, a).build("swap");
          swap.call();
          return new double[] {a.get().item(), b.get().item()};
        },
        2,
        1);
    row(
        "outputs read old values",
        () -> {
          Shared a = shared("a", 1);
          Function f = Function.compile().outputs(a, a.mul(10)).update(a, a.add(1)).build("f");
          f.call();
          return values(f.call());
        },
        2,
        20);
    row(
        "an update of a vector",
        () -> {
          Shared w = shared("w", 1, 2, 3);
          Function f = Function.compile().update(w, w.mul(2).sub(1)).build("f");
          f.call();
          f.call();
          return Table.doubles(w.get());
        },
        1,
        5,
        9);
    row(
        "Fibonacci by updates",
        () -> {
          Shared a = shared("a", 0);
          Shared b = shared("b", 1);
          Function f = Function.compile().outputs(a).update(a, b).update(b, a.add(b)).build("f");
          double[] found = new double[8];
          Arrays.setAll(found, _ -> f.call().item());
          return found;
        },
        0,
        1,
        1,
        2,
        3,
        5,
        8,
        13);
    row(
        "gradient descent on (w - 3)^2",
        () -> {
          Shared w = shared("w", 0);
          Variable slope = w.sub(3).mul(2);
          Function f = Function.compile().update(w, w.sub(slope.mul(0.25))).build("f");
          for (int i = 0; i < 4; i++) {
            f.call();
          }
          return new double[] {w.get().item()};
        },
        3 - 3 / 16.);
    row(
        "a value that is set",
        () -> {
          Shared w = shared("w", 1);
          Function f = Function.compile().inputs(x).outputs(w.mul(x)).build("f");
          w.set(HostTensor.scalar(DType.F64, 10.0));
          return values(f.call(3));
        },
        30);
    row(
        "a value that was read is a copy",
        () -> {
          Shared w = shared("w", 1, 2);
          HostTensor read = w.get();
          Function.compile().update(w, w.add(1)).build("f").call();
          return Table.doubles(read);
        },
        1,
        2);
    row(
        "two functions share a variable",
        () -> {
          Shared w = shared("w", 1);
          Function up = Function.compile().update(w, w.add(1)).build("up");
          Function down = Function.compile().outputs(w).update(w, w.sub(3)).build("down");
          up.call();
          up.call();
          return new double[] {down.call().item(), w.get().item()};
        },
        3,
        0);
    row(
        "a copy with another variable",
        () -> {
          Shared one = shared("one", 1);
          Shared other = shared("other", 10);
          Function f = Function.compile().outputs(one).update(one, one.add(1)).build("f");
          Function copy = f.copy(Map.of(one, other));
          copy.call();
          copy.call();
          return new double[] {f.call().item(), one.get().item(), other.get().item()};
        },
        1,
        2,
        12);
    row(
        "no call, no update",
        () -> {
          Shared w = shared("w", 1);
          Function.compile().update(w, w.add(1)).build("f");
          return Table.doubles(w.get());
        },
        1);
  }

  private static double[] draws(boolean advance) {
    RandomStream random = new RandomStream(7);
    Variable draw = random.uniform(TensorType.of(DType.F64, 2));
    var builder = Function.compile().outputs(draw);
    Function f = (advance ? builder : builder.noDefaultUpdates()).build("draw");
    double[] first = values(f.call());
    double[] second = values(f.call());
    List<Double> distinct = new ArrayList<>();
    Stream.of(first, second).flatMapToDouble(Arrays::stream).distinct().forEach(distinct::add);
    return new double[] {distinct.size()};
  }

  private void random() {
    row("each call draws anew", () -> draws(true), 4);
    row("without default updates draws repeat", () -> draws(false), 2);
  }

  private void fill() {
    if (programs.isEmpty()) {
      inputsAndOutputs();
      givens();
      updates();
      random();
    }
  }

  @TestFactory
  Stream<DynamicTest> cases() {
    fill();
    return programs.entrySet().stream()
        .map(program ->
            DynamicTest.dynamicTest(
                program.getKey(),
                () ->
                    assertArrayEquals(
                        expected.get(program.getKey()), program.getValue().get(), 1e-12)));
  }

  @Test
  void thereAreEnough() {
    fill();
    assertTrue(programs.size() >= 25, programs.size() + " cases");
  }
}
