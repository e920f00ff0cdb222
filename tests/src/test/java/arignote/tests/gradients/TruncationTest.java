package arignote.tests.gradients;

import static arignote.autodiff.Gradients.grad;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.autodiff.Disconnected;
import arignote.autodiff.Gradients;
import arignote.autodiff.Truncation;
import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.dsl.Scanned;
import arignote.dsl.Values;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.runtime.CompileOptions;
import arignote.runtime.Function;
import arignote.runtime.Mode;
import arignote.runtime.Results;
import arignote.runtime.UnusedInput;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Truncated back-propagation over sequences of any length goes back over the steps that count, and
/// no others.
class TruncationTest {
  private static final int LAST = 5;
  private static final long SEED = Long.getLong("seed", 17);

  /// @param steps counts them
  private record State(Variable h, Variable steps) {}

  private final Input x = Values.input("x", DType.F64, "T", 2, 3);
  private final Input w = Values.input("w", DType.F64, 3, 3);
  private final Input start = Values.input("start", DType.F64, 2, 3);
  private final State initial = new State(start, Values.constant(DType.I64, 0));

  private State step(Variable e, State s) {
    // The logarithm of the zeros before short sequences must not matter.
    Variable h = Maths.tanh(s.h().dot(w).add(Maths.log(e)));
    return new State(h, s.steps().add(1));
  }

  private static CompileOptions cpu() {
    return new CompileOptions("cpu", Mode.FAST_RUN, Set.of(), 1, Optional.empty(), true);
  }

  private Function function(Variable... outputs) {
    return Function.compile()
        .inputs(x, w, start)
        .outputs((Object[]) outputs)
        .onUnusedInput(UnusedInput.IGNORE)
        .options(cpu())
        .build("f");
  }

  private static HostTensor random(Random random, long... shape) {
    HostTensor tensor = HostTensor.zeros(DType.F64, shape);
    for (long i = 0; i < tensor.size(); i++) {
      tensor.setDouble(i, 0.5 + random.nextDouble());
    }
    return tensor;
  }

  private static double[] doubles(HostTensor tensor) {
    double[] doubles = new double[(int) tensor.size()];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = tensor.getDouble(i);
    }
    return doubles;
  }

  /// The same for each length by hand: a loop whose gradient stops, and one behind it.
  private Scanned<State> byHand(int length) {
    int before = Math.max(0, length - LAST);
    Variable first = x.slice(0, 0, before);
    State middle =
        before == 0
            ? initial
            : new State(
                Gradients.stopGradient(Loop.scan(first, initial, this::step).last().h()),
                Values.constant(DType.I64, before));
    return Loop.scan(x.slice(0, before, length), middle, this::step);
  }

  @Test
  void gradientsOfAllLengths() {
    Scanned<State> run = Truncation.scan(LAST, x, initial, this::step);
    Variable cost = run.last().h().sum();
    Variable[] outputs = {
      cost, grad(cost, w), grad(cost, x), grad(cost, start), run.last().steps()
    };
    Function found = function(outputs);
    for (int length : List.of(1, 3, 4, 5, 6, 11)) {
      Random random = new Random(SEED);
      Object[] arguments = {
        random(random, length, 2, 3), random(random, 3, 3), random(random, 2, 3)
      };
      Variable expectedCost = byHand(length).last().h().sum();
      Function expected =
          function(
              expectedCost,
              grad(expectedCost, w),
              grad(expectedCost, x),
              grad(expectedCost, start, Disconnected.ZERO));
      Results results = found.call(arguments);
      Results known = expected.call(arguments);
      for (int i = 0; i < known.values().size(); i++) {
        String message = "seed %d, %d steps, result %d".formatted(SEED, length, i);
        assertArrayEquals(doubles(known.get(i)), doubles(results.get(i)), 1e-12, message);
      }
      assertEquals(length, results.get(4).getLong(0));
    }
  }

  @Test
  void histories() {
    Scanned<State> run = Truncation.scan(LAST, x, initial, this::step);
    Scanned<State> whole = Loop.scan(x, initial, this::step);
    Variable cost = Maths.square(run.history().h()).sum();
    Function found = function(run.history().h(), run.history().steps(), run.last().h());
    Function expected = function(whole.history().h(), whole.history().steps(), whole.last().h());
    Function gradient = function(grad(cost, w));
    Function gradientOfAll = function(grad(Maths.square(whole.history().h()).sum(), w));
    for (int length : List.of(0, 1, 4, 5, 6, 11)) {
      Random random = new Random(SEED);
      Object[] arguments = {
        random(random, length, 2, 3), random(random, 3, 3), random(random, 2, 3)
      };
      for (int i = 0; i < 3; i++) {
        assertArrayEquals(
            doubles(expected.call(arguments).get(i)),
            doubles(found.call(arguments).get(i)),
            1e-12,
            length + " steps");
      }
      if (length <= LAST) {
        assertArrayEquals(
            doubles(gradientOfAll.call(arguments).get(0)),
            doubles(gradient.call(arguments).get(0)),
            1e-12,
            length + " steps");
      }
    }
  }

  @Test
  void onlyTheLastStepsAreGoneThroughAgain() {
    Variable cost = Truncation.scan(LAST, x, initial, this::step).last().h().sum();
    Function f = function(cost, grad(cost, w), grad(cost, x));
    String plan = f.plan(Map.of("T", 100L)).toString();
    List<String> loops =
        Pattern.compile("scan \\{(.*)\\}").matcher(plan).results().map(m -> m.group(1)).toList();
    assertEquals(List.of("steps=95", "steps=5", "steps=5, reverse"), loops, plan);
  }
}
