package arignote.tests.runtime;

import static arignote.dsl.Values.input;
import static arignote.dsl.Values.shared;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ArignoteException;
import arignote.dsl.RandomStream;
import arignote.dsl.Values;
import arignote.ir.EvaluationException;
import arignote.ir.GraphException;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.runtime.ArgumentException;
import arignote.runtime.CompileException;
import arignote.runtime.CompileOptions;
import arignote.runtime.DeviceException;
import arignote.runtime.Function;
import arignote.runtime.FunctionBuilder;
import arignote.runtime.Mode;
import arignote.runtime.Results;
import arignote.runtime.UnusedInput;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import arignote.tests.dsl.Evaluation;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class FunctionTest {
  private record Outputs(Variable sum, Variable difference) {}

  private final Input x = input("x", DType.F32, "B");
  private final Input y = input("y", DType.F32, "B");
  private final Shared total = shared("total", HostTensor.scalar(DType.F32, 0.0));

  private static FunctionBuilder function() {
    return Function.compile().options(Evaluation.REFERENCE);
  }

  private static HostTensor floats(float... values) {
    return HostTensor.of(values, values.length);
  }

  private static String message(Class<? extends ArignoteException> type, Executable body) {
    // Behind what is wrong the messages have the source line.
    return assertThrows(type, body).getMessage().replaceAll(" \\(FunctionTest.java:\\d+\\)$", "");
  }

  @Test
  void recordsNameTheirOutputs() {
    Function f =
        function().inputs(x, y).outputs(new Outputs(x.add(y), x.sub(y)), x.mul(y)).build("f");
    Results results = f.call(floats(3, 4), floats(1, 2));
    assertEquals(List.of("sum", "difference", "2"), results.names());
    assertEquals("f32[2] [2.0, 2.0]", results.get("difference").toString());
    assertEquals("f32[2] [3.0, 8.0]", results.get(2).toString());
    assertEquals(
        "no output \"product\"; the outputs are [sum, difference, 2]",
        message(ArgumentException.class, () -> results.get("product")));
  }

  @Test
  void argumentsCanBeNamed() {
    Function f = function().inputs(x, y).outputs(x.sub(y)).build("f");
    assertEquals("f32[1] [2.0]", f.call(Map.of("y", floats(1), "x", floats(3))).get(0).toString());
    assertEquals(
        "function \"f\": no input \"z\"; the inputs are [x, y]",
        message(ArgumentException.class, () -> f.call(Map.of("z", floats(1)))));
    assertEquals(
        "function \"f\": no argument for the input \"y\"; it needs [x, y]",
        message(ArgumentException.class, () -> f.call(Map.of("x", floats(1)))));
  }

  @Test
  void oneFunctionServesEveryLength() {
    Function f = function().inputs(x).outputs(x.sum()).build("f");
    assertEquals(6, f.call(floats(1, 2, 3)).item());
    assertEquals(0, f.call(floats()).item());
  }

  @Test
  void wrongArgumentsAreNamedWithBothTypes() {
    Function f = function().inputs(x, y).outputs(x.add(y)).build("f");
    assertEquals(
        "function \"f\" takes 2 arguments, [x: f32[B], y: f32[B]]; found 1",
        message(ArgumentException.class, () -> f.call(floats(1))));
    assertEquals(
        "function \"f\": the input \"y\" is f32[B], the argument f64[1]; convert it with"
            + " cast(DType.F32)",
        message(
            ArgumentException.class, () -> f.call(floats(1), HostTensor.of(new double[] {1}, 1))));
    assertEquals(
        "function \"f\": argument 1, \"y\", must be f32[B], found f32[3]: B is 3 here and 2 in"
            + " argument 0, \"x\"",
        message(ArgumentException.class, () -> f.call(floats(1, 2), floats(1, 2, 3))));
    assertEquals(
        "function \"f\": argument 0, \"x\", must be f32[B], found f32[1,1]: the number of axes differs; reshape it, or add axes of length 1",
        message(
            ArgumentException.class, () -> f.call(HostTensor.of(new float[1], 1, 1), floats(1))));
  }

  @Test
  void dimsThatAreNotSymbolsAloneAreCheckedToo() {
    Input longer = new Input("longer", Values.type(DType.F32, Values.dim("B").plus(1)));
    Function f = function().inputs(longer, x).outputs(longer.sum().add(x.sum())).build("f");
    assertEquals(6, f.call(floats(1, 2), floats(3)).item());
    assertEquals(
        "function \"f\": argument 0, \"longer\", must be f32[B+1], found f32[1]: B+1 is 2 with"
            + " {B=1}",
        message(ArgumentException.class, () -> f.call(floats(1), floats(3))));
  }

  /// Whatever runs the function.
  @Test
  void argumentsWhoseMemoryCannotBeReadAreRefused() throws InterruptedException {
    HostTensor closed;
    try (Arena arena = Arena.ofConfined()) {
      closed = HostTensor.allocate(arena, DType.F32, 3);
    }
    AtomicReference<HostTensor> confined = new AtomicReference<>(closed);
    Thread other =
        Thread.ofPlatform()
            .start(() -> confined.set(HostTensor.allocate(Arena.ofConfined(), DType.F32, 3)));
    other.join();
    for (Mode mode : List.of(Mode.FAST_RUN, Mode.REFERENCE)) {
      CompileOptions options = new CompileOptions("cpu", mode, Set.of(), 1, Optional.empty(), true);
      Function f = function().options(options).inputs(x).outputs(x.add(x)).build("f");
      assertEquals(
          "argument 0, f32[3]: its memory is closed already; call the function before that, or"
              + " pass a copy()",
          message(ArgumentException.class, () -> f.call(closed)));
      assertEquals(
          "argument 0, f32[3]: its memory is confined to another thread; call the function before"
              + " that, or pass a copy()",
          message(ArgumentException.class, () -> f.call(confined.get())));
    }
  }

  @Test
  void updatesAreComputedFromOldValues() {
    Shared a = shared("a", HostTensor.scalar(DType.F32, 1.0));
    Shared b = shared("b", HostTensor.scalar(DType.F32, 2.0));
    Function swap = function().outputs(a.add(b)).update(a, b).update(b, a).build("swap");
    assertEquals(3, swap.call().item());
    assertEquals(2, a.get().item());
    assertEquals(1, b.get().item());
  }

  @Test
  void afterAnErrorNothingIsUpdated() {
    Input index = input("index", DType.I64, "N");
    Variable picked = Values.iota(3).take(index, 0);
    Function f = function().inputs(index).outputs(picked).update(total, total.add(1)).build("f");
    assertThrows(EvaluationException.class, () -> f.call(HostTensor.of(new long[] {3}, 1)));
    assertEquals(0, total.get().item());
    f.call(HostTensor.of(new long[] {2}, 1));
    assertEquals(1, total.get().item());
  }

  @Test
  void givensReplaceVariables() {
    Function f = function().inputs(y).outputs(x.mul(2).sum()).given(x, y.add(1)).build("f");
    assertEquals(4, f.call(floats(1)).item());
    assertTrue(
        message(TypeException.class, () -> function().given(x, total))
            .contains(
                "given: the variable is f32[B], its replacement f32; cast or reshape the replacement"));
  }

  @Test
  void inputsMustBeListedOnceAndUsed() {
    assertEquals(
        "function \"f\": the outputs depend on \"y\" (f32[B]), which is not among the inputs [x];"
            + " add it, or replace it with given",
        message(CompileException.class, () -> function().inputs(x).outputs(x.add(y)).build("f")));
    assertEquals(
        "function \"f\": no output and no update depends on the input \"y\" (f32[B]); leave it out,"
            + " or allow it with onUnusedInput",
        message(CompileException.class, () -> function().inputs(x, y).outputs(x).build("f")));
    assertEquals(
        "function \"f\": the input \"x\" is listed twice; leave one out",
        message(CompileException.class, () -> function().inputs(x, x).outputs(x).build("f")));
    Function f = function().inputs(x, y).outputs(x).onUnusedInput(UnusedInput.IGNORE).build("f");
    assertEquals("f32[1] [5.0]", f.call(floats(5), floats(6)).get(0).toString());
  }

  @Test
  void aDimThatNoInputBindsIsNamed() {
    assertEquals(
        "function \"f\": the dims [T] are not bound: no input has one of them as an axis of its own; add such an input, or use a number",
        message(
            GraphException.class,
            () -> function().outputs(Values.zeros(DType.F32, "T")).build("f")));
  }

  @Test
  void updatesMustKeepTheType() {
    assertEquals(
        "update of \"total\": the shared variable is f32, its new value f64; cast or reshape the"
            + " new value",
        message(CompileException.class, () -> function().update(total, total.cast(DType.F64))));
    assertEquals(
        "update of \"total\", f32: it has one already; leave one out, or combine them",
        message(
            CompileException.class, () -> function().update(total, total).update(total, total)));
  }

  @Test
  void sharedVariablesKeepTheirType() {
    total.set(HostTensor.scalar(DType.F32, 5.0));
    assertEquals(5, total.get().item());
    assertEquals(
        "set: the shared variable \"total\" is f32, the new value is f32[2]; reshape or cast it",
        message(TypeException.class, () -> total.set(floats(1, 2))));
  }

  @Test
  void resultsAreIndependentOfArgumentsAndSharedVariables() {
    Function f = function().inputs(x).outputs(x, total).build("f");
    HostTensor argument = floats(1);
    Results results = f.call(argument);
    argument.setDouble(0, 9);
    total.set(HostTensor.scalar(DType.F32, 9.0));
    assertEquals(1, results.get(0).item());
    assertEquals(0, results.get(1).item());
  }

  @Test
  void randomStreamsAdvanceFromCallToCallAndStartAgainWithTheSeed() {
    List<Double> first = draws(new RandomStream(7));
    assertEquals(4, first.stream().distinct().count(), first::toString);
    assertEquals(first, draws(new RandomStream(7)));
    assertNotEquals(first, draws(new RandomStream(8)));
  }

  private static List<Double> draws(RandomStream random) {
    Function f =
        function()
            .outputs(random.uniform(Values.type(DType.F32)), random.uniform(Values.type(DType.F32)))
            .build("draw");
    List<Double> draws = new ArrayList<>();
    for (int call = 0; call < 2; call++) {
      f.call().values().forEach(value -> draws.add(value.item()));
    }
    return draws;
  }

  @Test
  void aDeviceThatIsNotThereIsAnErrorThatSaysWhichStepFailed() {
    CompileOptions gpu =
        new CompileOptions("gpu99", Mode.FAST_RUN, Set.of(), 1, Optional.empty(), false);
    String message =
        message(
            DeviceException.class,
            () -> Function.compile().options(gpu).inputs(x).outputs(x.exp()).build("f"));
    // No driver, no device, or too few of them.
    assertTrue(message.startsWith("gpu"), message);
    assertTrue(
        message.contains("run with -Ddevice=cpu") || message.contains("there is no such device"),
        message);
  }
}
