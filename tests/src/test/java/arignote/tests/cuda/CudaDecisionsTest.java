package arignote.tests.cuda;

import static arignote.autodiff.Gradients.grad;
import static arignote.dsl.Conditional.cond;
import static arignote.dsl.Values.constant;
import static arignote.dsl.Values.input;
import static arignote.dsl.Values.shared;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.backend.cuda.CudaBackend;
import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.dsl.Step;
import arignote.dsl.Stopped;
import arignote.ir.EvaluationException;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.runtime.CompileOptions;
import arignote.runtime.Function;
import arignote.runtime.FunctionBuilder;
import arignote.runtime.Mode;
import arignote.runtime.Results;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Conditionals, and loops that end at a condition: what the reference computes, without waiting
/// for the device in each step, and replayed as captured work.
class CudaDecisionsTest {
  /// After so many steps the host looks whether more are needed.
  private static final int CHUNK = 16;

  private final Input x = input("x", DType.F32, "T");
  private final Input start = input("start", DType.F32);
  private final StandIn device = StandIn.install();

  @BeforeEach
  void start() {
    CudaBackend.shutdown();
  }

  @AfterEach
  void close() {
    CudaBackend.shutdown();
  }

  private static FunctionBuilder on(String name, Mode mode) {
    return Function.compile()
        .options(new CompileOptions(name, mode, Set.of(), 1, Optional.empty(), true));
  }

  private static FunctionBuilder function() {
    return on("gpu", Mode.FAST_RUN);
  }

  /// Calls both functions three times: the work is done, captured, replayed.
  private static void assertSame(Function found, Function expected, HostTensor... arguments) {
    Results reference = expected.call(arguments);
    for (int call = 0; call < 3; call++) {
      Results results = found.call(arguments);
      for (int i = 0; i < reference.values().size(); i++) {
        assertArrayEquals(
            reference.get(i).cast(DType.F64).toDoubleArray(),
            results.get(i).cast(DType.F64).toDoubleArray(),
            1e-5,
            "result " + i + " of call " + call);
      }
    }
  }

  /// How often a call waits for the device.
  private long waits(Function f, HostTensor... arguments) {
    long before = device.count("cuStreamSynchronize");
    f.call(arguments);
    return device.count("cuStreamSynchronize") - before;
  }

  private long launches(Function f, HostTensor... arguments) {
    long before = device.count("cuLaunchKernel");
    f.call(arguments);
    return device.count("cuLaunchKernel") - before;
  }

  private static HostTensor ones(int count) {
    HostTensor ones = HostTensor.zeros(DType.F32, count);
    for (int i = 0; i < count; i++) {
      ones.setDouble(i, 1);
    }
    return ones;
  }

  private FunctionBuilder counting(FunctionBuilder builder, double limit, boolean reverse) {
    Loop<Variable> loop = Loop.over((Variable) x);
    Stopped<Variable> run =
        (reverse ? loop.reversed() : loop)
            .until(
                (Variable) start,
                (element, sum) -> {
                  Variable next = sum.add(element);
                  return new Step<>(next, next.ge(limit));
                });
    return builder.inputs(x, start).outputs(run.last(), run.history(), run.steps());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 5", "1, 5", "1, 1", "15, 99", "16, 99", "17, 99", "17, 16", "17, 17", "40, 1", "40, 15",
    "40, 16", "40, 17", "40, 31", "40, 32", "40, 33", "40, 39", "40, 40", "40, 41"
  })
  void aLoopEndsAtItsCondition(int steps, int limit) {
    for (boolean reverse : List.of(false, true)) {
      Function found = counting(function(), limit, reverse).build("f");
      Function expected = counting(on("cpu", Mode.REFERENCE), limit, reverse).build("f");
      assertSame(found, expected, ones(steps), HostTensor.scalar(DType.F32, 0.0));
    }
  }

  @Test
  void theHostWaitsOnceForSeveralSteps() {
    HostTensor zero = HostTensor.scalar(DType.F32, 0.0);
    Function never = counting(function(), 1e6, false).build("never");
    Function soon = counting(function(), 20, false).build("soon");
    // Constants are copied to the device with the first call.
    never.call(ones(100), zero);
    soon.call(ones(100), zero);
    for (int call = 0; call < 3; call++) {
      assertEquals(100 / CHUNK + 1, waits(never, ones(100), zero), "all steps");
      assertEquals(3, waits(soon, ones(100), zero), "two chunks of steps");
    }
  }

  @Test
  void chunksAreReplayed() {
    HostTensor zero = HostTensor.scalar(DType.F32, 0.0);
    Function never = counting(function(), 1e6, false).build("never");
    never.call(ones(100), zero);
    never.call(ones(100), zero);
    assertEquals(0, launches(never, ones(100), zero));
    assertEquals(8, device.count("graphs"), "what comes before, and the chunks");
    CudaBackend.shutdown();
    assertEquals(0, device.count("graphs"));
  }

  @Test
  void stepsBehindTheEndAreNotRun() {
    HostTensor zero = HostTensor.scalar(DType.F32, 0.0);
    Function soon = counting(function(), 5, false).build("soon");
    long before = device.count("kernel");
    soon.call(ones(20), zero);
    long few = device.count("kernel") - before;
    soon.call(ones(2000), zero);
    long many = device.count("kernel") - before - few;
    assertEquals(few, many);
  }

  @Test
  void aLoopOfProductsEnds() {
    Input w = input("w", DType.F32, 3, 3);
    Input initial = input("initial", DType.F32, 2, 3);
    Function[] functions = new Function[2];
    for (int i = 0; i < 2; i++) {
      Stopped<Variable> run =
          Loop.over((Variable) x)
              .until(
                  (Variable) initial,
                  (element, state) -> {
                    Variable next = Maths.tanh(state.dot(w)).mul(element);
                    return new Step<>(next, Maths.abs(next.sum()).lt(0.2));
                  });
      functions[i] =
          (i == 0 ? function() : on("cpu", Mode.REFERENCE))
              .inputs(x, w, initial)
              .outputs(run.last(), run.history(), run.steps(), grad(run.last().square().sum(), w))
              .build("f");
    }
    HostTensor weights =
        HostTensor.of(new float[] {.5f, .2f, -.3f, .1f, .6f, .2f, 0, .1f, .7f}, 3, 3);
    HostTensor state = HostTensor.of(new float[] {1, 2, 3, -.5f, .5f, 1}, 2, 3);
    assertSame(functions[0], functions[1], ones(60), weights, state);
    assertTrue(functions[0].call(ones(60), weights, state).get(2).item() < 60);
  }

  @Test
  void theHostChoosesBetweenReplayedPieces() {
    Input p = input("p", DType.BOOL);
    Input y = input("y", DType.F32, "N");
    Variable before = y.exp();
    Variable chosen = cond(p, () -> before.sum().add(1), () -> Maths.sin(before).sum().mul(2));
    Function f = function().inputs(p, y).outputs(chosen.mul(3), before).build("f");
    Function reference =
        on("cpu", Mode.REFERENCE).inputs(p, y).outputs(chosen.mul(3), before).build("f");
    HostTensor yes = HostTensor.of(new boolean[] {true}).reshape();
    HostTensor no = HostTensor.of(new boolean[] {false}).reshape();
    HostTensor values = HostTensor.of(new float[] {1, 2, 3});
    for (int call = 0; call < 2; call++) {
      assertSame(f, reference, yes, values);
      assertSame(f, reference, no, values);
    }
    assertEquals(0, launches(f, yes, values));
    assertEquals(0, launches(f, no, values));
    assertEquals(2, waits(f, yes, values), "for the predicate, and for the results");
    assertEquals(4, device.count("graphs"), "before, each branch, behind");
  }

  @Test
  void onlyTheChosenBranchRuns() {
    Input p = input("p", DType.BOOL);
    Input y = input("y", DType.F32, "N");
    Variable chosen =
        cond(
            p,
            () -> (Variable) y,
            () -> Loop.foldl((Variable) y, (Variable) y, (element, state) -> state.mul(element)));
    // Step by step, so that there is something to count.
    System.setProperty("arignote.cuda.persistent", "off");
    Function f = function().inputs(p, y).outputs(chosen).build("f");
    System.clearProperty("arignote.cuda.persistent");
    HostTensor values = ones(50);
    long before = device.count("kernel");
    f.call(HostTensor.of(new boolean[] {true}).reshape(), values);
    assertTrue(device.count("kernel") - before < 10);
    f.call(HostTensor.of(new boolean[] {false}).reshape(), values);
    assertTrue(device.count("kernel") - before > 50);
  }

  /// In a loop, the device decides.
  @Test
  void conditionalsInsideOfLoopsDoNotWait() {
    Input w = input("w", DType.F32, 2, 2);
    Input initial = input("initial", DType.F32, 2, 2);
    Variable last =
        Loop.foldl(
            (Variable) x,
            (Variable) initial,
            (element, state) ->
                cond(
                    element.gt(0),
                    () ->
                        cond(
                            element.gt(2),
                            () -> state.dot(w),
                            () -> state.dot(w).add(state).mul(element)),
                    () -> state.sub(element)));
    Variable gradient = grad(last.square().sum(), w);
    Function f = function().inputs(x, w, initial).outputs(last, gradient).build("f");
    Function reference =
        on("cpu", Mode.REFERENCE).inputs(x, w, initial).outputs(last, gradient).build("f");
    HostTensor elements = HostTensor.of(new float[] {1, -1, 3, .5f, -2, 4});
    HostTensor weights = HostTensor.of(new float[] {.5f, .2f, -.3f, .1f}, 2, 2);
    HostTensor state = HostTensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    assertSame(f, reference, elements, weights, state);
    assertEquals(0, launches(f, elements, weights, state));
    assertEquals(1, waits(f, elements, weights, state));
  }

  @Test
  void anIndexThatIsOutsideOnlyMattersInTheBranchThatIsTaken() {
    Input table = input("table", DType.F32, 3);
    Input indices = input("indices", DType.I64, "T");
    Variable sums =
        Loop.map(
            (Variable) indices,
            index -> cond(index.lt(7), () -> table.take(index, 0), () -> constant(DType.F32, -1)));
    Function f = function().inputs(table, indices).outputs(sums).build("f");
    HostTensor values = HostTensor.of(new float[] {1, 2, 3});
    for (int call = 0; call < 3; call++) {
      assertArrayEquals(
          new float[] {3, -1, 1},
          f.call(values, HostTensor.of(new long[] {2, 9, 0})).get(0).toFloatArray());
      String message =
          assertThrows(
                  EvaluationException.class,
                  () -> f.call(values, HostTensor.of(new long[] {2, 9, 5})))
              .getMessage();
      assertTrue(message.startsWith("gather: index 5 "), message);
    }
  }

  /// The largest of no elements, which only lengths tell.
  @Test
  void aBranchThatCannotBeComputedFailsWhenItIsTaken() {
    Input p = input("p", DType.BOOL, "P");
    Variable each =
        Loop.map(
            (Variable) p, chosen -> cond(chosen, () -> Maths.max(x), () -> constant(DType.F32, 0)));
    Variable whole = cond(Maths.any(p), () -> Maths.max(x), () -> constant(DType.F32, 0));
    for (Variable output : List.of(each, whole)) {
      Function f = function().inputs(p, x).outputs(output).build("f");
      HostTensor none = HostTensor.zeros(DType.F32, 0);
      for (int call = 0; call < 3; call++) {
        assertEquals(0, f.call(HostTensor.of(new boolean[] {false}), none).get(0).getDouble(0));
        String message =
            assertThrows(
                    EvaluationException.class,
                    () -> f.call(HostTensor.of(new boolean[] {true}), none))
                .getMessage();
        assertTrue(message.startsWith("max: no elements"), message);
      }
    }
  }

  /// The index is looked at behind the node that makes the new value.
  @Test
  void nothingIsUpdatedOnceSomethingFailed() {
    Shared w = shared("w", HostTensor.of(new float[] {1, 2, 3}));
    Input index = input("index", DType.I64, 1);
    Variable doubled = w.mul(2);
    Function f =
        function()
            .inputs(index)
            .outputs(doubled.take(index, 0))
            .updates(Map.of(w, doubled))
            .build("f");
    for (int call = 0; call < 3; call++) {
      assertThrows(EvaluationException.class, () -> f.call(HostTensor.of(new long[] {3})));
      assertArrayEquals(new float[] {1, 2, 3}, w.get().toFloatArray());
    }
    assertEquals(6, f.call(HostTensor.of(new long[] {2})).item());
    assertArrayEquals(new float[] {2, 4, 6}, w.get().toFloatArray());
  }
}
