package arignote.tests.runtime;

import static arignote.dsl.Conditional.cond;
import static arignote.dsl.Probes.check;
import static arignote.dsl.Probes.print;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.dsl.Loop;
import arignote.dsl.Values;
import arignote.ir.EvaluationException;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tests.cuda.StandIn;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// [ProbesTest] on the GPU, and probes in calls that are replayed and in branches that the device
/// chooses.
class CudaProbesTest extends ProbesTest {
  private final Input x = Values.input("x", DType.F32, "N");
  private final Variable zero = Values.constant(DType.F32, 0);

  @BeforeAll
  static void prepare() {
    StandIn.prepare();
    System.setProperty("device", "gpu");
  }

  @AfterAll
  static void restore() {
    System.clearProperty("device");
  }

  private static float[] floats(float... values) {
    return values;
  }

  @Test
  void everyCallPrints() {
    Function f = Function.compile().inputs(x).outputs(print("x", x).exp()).build("f");
    for (int call = 0; call < 3; call++) {
      assertEquals("x = f32[2] [1.0, 2.0]\n", printed(() -> f.call(floats(1, 2))));
    }
  }

  @Test
  void onlyTheBranchThatIsTakenPrintsAndChecks() {
    Variable last =
        Loop.scan(
                x,
                zero,
                (e, s) ->
                    cond(
                        e.gt(0),
                        () -> print("up", s.add(e)),
                        () -> check("down", s.sub(e), v -> v.lt(9))))
            .last();
    Function f = Function.compile().inputs(x).outputs(last).build("f");
    for (int call = 0; call < 3; call++) {
      assertEquals("up = f32 2.0\nup = f32 5.0\n", printed(() -> f.call(floats(2, -1, 2))));
      String message =
          assertThrows(EvaluationException.class, () -> printed(() -> f.call(floats(2, -9, 2))))
              .getMessage();
      assertTrue(
          message.startsWith("check: \"down\" is not as it must be: it is f32 11.0"), message);
    }
  }

  /// Nothing is printed behind an error, and the error is that of the check that failed first.
  @Test
  void theFirstCheckThatFailsIsReported() {
    Variable first = check("first", x, v -> v.lt(5));
    Variable second = check("second", first.mul(2), v -> v.lt(7));
    Function f = Function.compile().inputs(x).outputs(second).build("f");
    for (int call = 0; call < 3; call++) {
      assertEquals(6, f.call(floats(3)).item());
      assertTrue(
          message(f, 4).startsWith("check: \"second\" is not as it must be: it is f32[1] [8.0]"));
      assertTrue(
          message(f, 6).startsWith("check: \"first\" is not as it must be: it is f32[1] [6.0]"));
    }
  }

  private static String message(Function f, float value) {
    return assertThrows(EvaluationException.class, () -> f.call(floats(value))).getMessage();
  }
}
