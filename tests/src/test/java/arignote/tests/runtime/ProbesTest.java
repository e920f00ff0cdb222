package arignote.tests.runtime;

import static arignote.autodiff.Gradients.grad;
import static arignote.dsl.Probes.check;
import static arignote.dsl.Probes.print;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.dsl.Values;
import arignote.ir.EvaluationException;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.ir.text.IrParser;
import arignote.ir.text.IrPrinter;
import arignote.reference.TestValues;
import arignote.runtime.CompileOptions;
import arignote.runtime.Flags;
import arignote.runtime.Function;
import arignote.runtime.Mode;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Values that are seen and checked while functions run, and the modes that look for what went
/// wrong.
@ResourceLock(Resources.SYSTEM_OUT)
class ProbesTest {
  private final Input x = Values.input("x", DType.F32, "N");
  private final Variable zero = Values.constant(DType.F32, 0);

  private static CompileOptions mode(Mode mode) {
    return new CompileOptions(
        Flags.current().options().device(), mode, Set.of(), 2, Optional.empty(), true);
  }

  private Function f(Mode mode, Variable... outputs) {
    return Function.compile().inputs(x).outputs((Object[]) outputs).options(mode(mode)).build("f");
  }

  static String printed(Supplier<?> code) {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
      var _ = code.get();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8).replace("\r", "");
  }

  private static float[] floats(float... values) {
    return values;
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void valuesArePrinted(Mode mode) {
    Function f = f(mode, print("twice", x.mul(2)).exp().sum());
    String expected = "twice = f32[2] [0.0, 2.0]\n";
    assertEquals(expected, printed(() -> f.call(floats(0, 1))));
    double found = f.call(floats(0, 1)).item();
    assertEquals(1 + Math.exp(2), found, 1e-5);
  }

  @Test
  void valuesOfOtherLayoutsArePrintedAsTheyAre() {
    Input m = Values.input("m", DType.F32, 2, 2);
    Function f = Function.compile().inputs(m).outputs(print("t", m.transpose()).mul(1)).build("f");
    assertEquals(
        "t = f32[2,2] [[1.0, 3.0], [2.0, 4.0]]\n",
        printed(() -> f.call((Object) new float[][] {{1, 2}, {3, 4}})));
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aLoopPrintsStepByStep(Mode mode) {
    Variable last = Loop.scan(x, zero, (e, s) -> print("s", s.add(e))).last();
    assertEquals(
        "s = f32 1.0\ns = f32 3.0\ns = f32 6.0\n",
        printed(() -> f(mode, last).call(floats(1, 2, 3))));
  }

  @Test
  void gradientsGoThroughAndPrintNothing() {
    Variable slope = grad(print("x", x).square().sum(), x);
    Function f = f(Mode.FAST_RUN, slope);
    String text = printed(() -> f.call(floats(1, 2)));
    assertEquals("x = f32[2] [1.0, 2.0]\n", text);
    assertEquals("[2.0, 4.0]", f.call(floats(1, 2)).get(0).elementsToString());
    Variable inLoop = grad(Loop.scan(x, zero, (e, s) -> print("s", s.add(e.square()))).last(), x);
    printed(() -> {
      assertEquals(
          "[2.0, 4.0]", f(Mode.FAST_RUN, inLoop).call(floats(1, 2)).get(0).elementsToString());
      return "";
    });
  }

  @Test
  void whatNothingDependsOnIsNotPrinted() {
    print("unused", x);
    assertEquals("", printed(() -> f(Mode.FAST_RUN, x.exp()).call(floats(1))));
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aCheckThatFailsEndsTheCallBeforeUpdates(Mode mode) {
    Shared total = Values.shared("total", HostTensor.scalar(DType.F32, 0.0));
    Variable checked = check("root", x.sqrt(), v -> v.ge(0));
    Function f =
        Function.compile()
            .inputs(x)
            .outputs(checked)
            .update(total, total.add(x.sum()))
            .options(mode(mode))
            .build("f");
    f.call(floats(1, 4));
    assertEquals(5, total.get().item());
    EvaluationException error =
        assertThrows(EvaluationException.class, () -> f.call(floats(4, -1)));
    assertTrue(
        error
            .getMessage()
            .startsWith(
                "check: \"root\" is not as it must be: it is f32[2] [2.0, nan] (ProbesTest.java:"),
        error.getMessage());
    assertEquals(5, total.get().item());
  }

  @Test
  void checksInLoops() {
    Variable last = Loop.scan(x, zero, (e, s) -> check("sum", s.add(e), v -> v.lt(5))).last();
    Function f = f(Mode.FAST_RUN, last);
    assertEquals(4, f.call(floats(1, 3)).item());
    String message =
        assertThrows(EvaluationException.class, () -> f.call(floats(1, 3, 2))).getMessage();
    assertTrue(message.startsWith("check: \"sum\" is not as it must be: it is f32 6.0"), message);
  }

  @Test
  void predicatesMakeBools() {
    String message = assertThrows(TypeException.class, () -> check(x, v -> v.mul(2))).getMessage();
    assertTrue(
        message.startsWith(
            "check: the predicate must make bools, it makes f32[N]; compare; operands: x"),
        message);
  }

  @Test
  void probesHaveAText() {
    Graph graph = new Graph(List.of(x), List.of(check(print("x", x), v -> v.gt(0))));
    String text = IrPrinter.print(graph);
    assertTrue(text.contains("Probe(%x) {fn=print, name=\"x\"} : f32[N]"), text);
    assertEquals(text, IrPrinter.print(IrParser.parse(text).graph()));
  }

  @Test
  void theGuardNamesTheOpThatMadeTheFirstNan() {
    Shared w = Values.shared("w", HostTensor.scalar(DType.F32, 1.0));
    Variable loss = Maths.log(x.sub(1)).mul(w).sum();
    Function f =
        Function.compile()
            .inputs(x)
            .outputs(loss)
            .update(w, w.sub(grad(loss, w)))
            .options(mode(Mode.NAN_GUARD))
            .build("train");
    f.call(floats(2, 2));
    assertEquals(1, w.get().item());
    String message =
        assertThrows(EvaluationException.class, () -> f.call(floats(2, 0.5f))).getMessage();
    assertTrue(
        message.startsWith(
            "log: nan_guard: made NaN at element 1 of f32[2], which reaches result 0 of function \"train\"; the operands are f32[2] [1.0, -0.5]"),
        message);
    assertTrue(message.contains("(ProbesTest.java:"), message);
    assertEquals(1, w.get().item(), "nothing is updated");
    String infinite =
        assertThrows(EvaluationException.class, () -> f.call(floats(1, 2))).getMessage();
    assertTrue(infinite.contains("made -Infinity at element 0"), infinite);
  }

  @Test
  void theGuardLooksIntoLoops() {
    Variable last = Loop.scan(x, zero.add(1), (e, s) -> s.div(e)).last();
    String message =
        assertThrows(
                EvaluationException.class,
                () -> f(Mode.NAN_GUARD, last.sub(last)).call(floats(2, 0)))
            .getMessage();
    assertTrue(message.contains("nan_guard: made"), message);
  }

  @Test
  void infinitiesThatReachNothingAreNoMistake() {
    Variable masked = Maths.select(x.gt(0), x.log(), 0).sum();
    assertEquals(0, f(Mode.NAN_GUARD, masked).call(floats(1, 0)).item());
  }

  @Test
  void theDebugModeComputesTheSame() {
    Input m = Values.input("m", DType.F32, "N", 3);
    Shared w = Values.shared("w", HostTensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 3, 3));
    Variable last =
        Loop.scan(m, m.get(0).mul(0), (row, h) -> Maths.tanh(row.add(h.dot(w).mul(0.1)))).last();
    Variable loss = last.square().sum();
    float[][] rows = {{1, 2, 3}, {-1, 0.5f, 2}};
    double[] found = new double[2];
    double[] weights = new double[2];
    for (int i = 0; i < 2; i++) {
      Shared own = Values.shared("w", w.get());
      Function f =
          Function.compile()
              .inputs(m)
              .outputs(loss)
              .update(w, w.sub(grad(loss, w)))
              .options(mode(i == 0 ? Mode.DEBUG : Mode.FAST_RUN))
              .build("f")
              .copy(Map.of(w, own));
      found[i] = f.call((Object) rows).item();
      weights[i] = own.get().getDouble(4);
    }
    assertEquals(found[1], found[0], 1e-6);
    assertEquals(weights[1], weights[0], 1e-6);
  }

  @Test
  void testValuesFindMistakesWhereTheyAreMade() {
    Input index = Values.input("index", DType.I64, "N");
    TestValues test =
        TestValues.of(
            Map.of(
                x, HostTensor.of(new float[] {1, 2, 3}),
                index, HostTensor.of(new long[] {0, 2, 7})));
    Variable sum = test.during(() -> Loop.scan(x.mul(2), zero, (e, s) -> s.add(e)).last());
    assertEquals("f32 12.0", test.valueOf(sum).orElseThrow().toString());
    EvaluationException error =
        assertThrows(EvaluationException.class, () -> test.during(() -> x.take(index, 0).add(1)));
    assertTrue(error.getMessage().startsWith("gather: index 7 at [2]"), error.getMessage());
    assertEquals(Optional.empty(), test.valueOf(Values.input("other", DType.F32)));
    assertEquals(Optional.empty(), test.valueOf(x.add(1)), "built outside");
  }
}
