package arignote.tests.runtime;

import static arignote.autodiff.Gradients.grad;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.dsl.Step;
import arignote.dsl.Stopped;
import arignote.dsl.Values;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.plan.Measurement;
import arignote.runtime.CompileOptions;
import arignote.runtime.Function;
import arignote.runtime.Mode;
import arignote.runtime.Results;
import arignote.runtime.UnusedInput;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Loops `until` on the CPU stop where they end, and so do their gradients, and give what the
/// reference gives, which goes through all steps. Numbers are small integers, so results are the
/// same to the bit.
class EndedLoopsTest {
  private static final int WIDTH = 20;
  private static final long SEED = Long.getLong("seed", 31);

  private final Input x = Values.input("x", DType.F32, "T", 2, WIDTH);
  private final Input w = Values.input("w", DType.F32, WIDTH, WIDTH);
  private final Variable start = Values.input("start", DType.F32, 2, WIDTH);
  private final Input end = Values.input("end", DType.F32);

  private record State(Variable h, Variable count) {}

  /// Ends after `end` steps.
  private Stopped<State> loop() {
    return Loop.over(x)
        .until(
            new State(start, Values.constant(DType.F32, 0)),
            (e, s) -> {
              Variable count = s.count().add(1);
              return new Step<>(new State(s.h().dot(w).add(e), count), count.ge(end));
            });
  }

  private Function function(Mode mode, Variable... outputs) {
    CompileOptions options =
        new CompileOptions("cpu", mode, Set.of(), 1, Optional.empty(), true)
            .withProfile(mode != Mode.REFERENCE);
    return Function.compile()
        .inputs(x, w, start, end)
        .outputs((Object[]) outputs)
        .onUnusedInput(UnusedInput.IGNORE)
        .options(options)
        .build("f");
  }

  /// Turns vectors, with some signs changed: numbers stay small.
  private static HostTensor turn() {
    HostTensor w = HostTensor.zeros(DType.F32, WIDTH, WIDTH);
    for (int i = 0; i < WIDTH; i++) {
      w.setDouble((long) i * WIDTH + (i * 7 + 3) % WIDTH, i % 3 == 0 ? -1 : 1);
    }
    return w;
  }

  private static HostTensor integers(Random random, long... shape) {
    HostTensor tensor = HostTensor.zeros(DType.F32, shape);
    for (long i = 0; i < tensor.size(); i++) {
      tensor.setDouble(i, random.nextInt(-3, 4));
    }
    return tensor;
  }

  private void assertAgrees(Variable... outputs) {
    Function fast = function(Mode.FAST_RUN, outputs);
    Function slow = function(Mode.REFERENCE, outputs);
    for (int steps = 0; steps <= 7; steps++) {
      for (int end = 1; end <= steps + 1; end++) {
        Random random = new Random(SEED);
        HostTensor xs = integers(random, steps, 2, WIDTH);
        HostTensor first = integers(random, 2, WIDTH);
        Results found = fast.call(xs, turn(), first, end);
        Results expected = slow.call(xs, turn(), first, end);
        String message = "seed %d, %d steps, ends after %d, result ".formatted(SEED, steps, end);
        for (int i = 0; i < outputs.length; i++) {
          assertArrayEquals(doubles(expected.get(i)), doubles(found.get(i)), message + i);
        }
      }
    }
  }

  private static double[] doubles(HostTensor tensor) {
    double[] doubles = new double[(int) tensor.size()];
    for (int i = 0; i < doubles.length; i++) {
      // Zeros of both signs are the same.
      doubles[i] = tensor.getDouble(i) + 0.0;
    }
    return doubles;
  }

  /// How often the steps in the loops ran at most.
  private long runs(Variable... outputs) {
    Function f = function(Mode.FAST_RUN, outputs);
    Random random = new Random(SEED);
    f.call(integers(random, 50, 2, WIDTH), turn(), integers(random, 2, WIDTH), 5);
    List<Measurement> inLoops =
        f.profile().measured().steps().stream().filter(step -> !step.path().isEmpty()).toList();
    assertTrue(inLoops.stream().anyMatch(step -> step.runs() == 5), inLoops.toString());
    return inLoops.stream().mapToLong(Measurement::runs).max().orElseThrow();
  }

  @Test
  void theLastState() {
    Stopped<State> run = loop();
    assertAgrees(run.last().h(), run.steps());
    assertEquals(6, runs(run.last().h(), run.steps()));
  }

  @Test
  void theHistory() {
    Stopped<State> run = loop();
    assertAgrees(run.history().h(), run.last().h(), run.history().count());
    assertEquals(6, runs(run.history().h()));
  }

  @Test
  void gradientsOfTheLastState() {
    Variable cost = loop().last().h().mul(Values.iota(WIDTH).cast(DType.F32)).sum();
    Variable[] gradients = {grad(cost, w), grad(cost, x), grad(cost, start), cost};
    assertAgrees(gradients);
    assertAgrees(gradients[0]);
    assertAgrees(gradients[2]);
    assertEquals(6, runs(gradients));
    assertEquals(6, runs(gradients[0]));
  }

  /// Each step back adds to what comes from its row of the history, so all of them run.
  @Test
  void gradientsOfTheHistory() {
    Stopped<State> run = loop();
    Variable cost = Maths.square(run.history().h()).sum();
    assertAgrees(grad(cost, w), grad(cost, x), run.history().h());
    assertAgrees(grad(cost, start), grad(run.last().h().sum(), w));
    assertEquals(50, runs(grad(cost, w)));
  }

  /// What a step does with its element besides is done in all steps.
  @Test
  void aLoopThatHasMoreToDoGoesOn() {
    Stopped<State> run = loop();
    Variable all = Loop.over(x).scan(start, (e, s) -> s.add(e)).last();
    assertAgrees(run.last().h(), all);
  }

  @Test
  void loopsInLoops() {
    Variable outer =
        Loop.over(x)
            .scan(
                start,
                (e, s) ->
                    Loop.over(x)
                        .until(
                            s, (inner, t) -> new Step<>(t.add(inner).sub(e), inner.sum().gt(end)))
                        .last())
            .last();
    assertAgrees(outer, grad(outer.sum(), x));
  }
}
