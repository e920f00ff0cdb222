package arignote.tests.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.backend.cuda.CudaBackend;
import arignote.dsl.Loop;
import arignote.dsl.Values;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.plan.Measurement;
import arignote.runtime.CompileOptions;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import arignote.tests.cuda.StandIn;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Where a GPU's time goes, by its own clock. How much it is does not matter here; that nothing is
/// left out does.
class CudaProfileTest {
  private static final CompileOptions OPTIONS = StandIn.options("gpu");

  private final Input x = Values.input("x", DType.F32, "T", 8, 16);
  private final Input w = Values.input("w", DType.F32, 16, 16);

  @BeforeAll
  static void prepare() {
    StandIn.prepare();
  }

  private Function loop(CompileOptions options) {
    Variable last = Loop.scan(x, x.get(0).mul(0), (e, h) -> e.add(h.dot(w)).tanh()).last();
    return Function.compile().inputs(x, w).outputs(last).options(options).build("loop");
  }

  private static HostTensor zeros(long... shape) {
    return HostTensor.zeros(DType.F32, shape);
  }

  @Test
  void stepsOfLoopsAreCountedWithTheirWork() {
    // Step by step, so that there is something to count.
    System.setProperty("arignote.cuda.persistent", "off");
    Function f = loop(OPTIONS.withProfile(true));
    System.clearProperty("arignote.cuda.persistent");
    long start = System.nanoTime();
    // So many steps that marks are used again.
    f.call(zeros(400, 8, 16), zeros(16, 16));
    f.call(zeros(400, 8, 16), zeros(16, 16));
    f.call(zeros(5, 8, 16), zeros(16, 16));
    long outside = System.nanoTime() - start;
    Measurement.Program measured = f.profile().measured();
    assertEquals(3, measured.calls());
    assertEquals(2, measured.preparations());
    assertEquals(f.memory(java.util.Map.of("T", 400L)).arena(), measured.memory());
    assertTrue(measured.nanos() <= outside, measured.nanos() + " of " + outside);
    List<Measurement> inLoop =
        measured.steps().stream().filter(step -> !step.path().isEmpty()).toList();
    assertTrue(inLoop.size() >= 2, inLoop.toString());
    double flops = 0;
    long nanos = 0;
    for (Measurement step : inLoop) {
      assertEquals(805, step.runs(), step.toString());
      assertTrue(step.path().getFirst().startsWith("scan CudaProfileTest.java:"), step.toString());
      assertTrue(step.site().startsWith("CudaProfileTest.java:"), step.toString());
      flops += step.flops();
      nanos += step.nanos();
    }
    // Of each step a product and two elementwise functions.
    assertEquals(805 * (2.0 * 8 * 16 * 16 + 2 * 8 * 16), flops);
    assertTrue(nanos > 0 && nanos <= measured.nanos(), nanos + " of " + measured.nanos());
  }

  @Test
  void aProfileChangesNoResult() {
    HostTensor elements = zeros(3, 8, 16);
    for (long i = 0; i < elements.size(); i++) {
      elements.setDouble(i, Math.sin((double) i));
    }
    HostTensor weights = zeros(16, 16);
    for (long i = 0; i < weights.size(); i++) {
      weights.setDouble(i, Math.cos((double) i));
    }
    Function profiled = loop(OPTIONS.withProfile(true));
    Function plain = loop(OPTIONS);
    for (int call = 0; call < 3; call++) {
      assertTrue(
          profiled.call(elements, weights).get(0).sameAs(plain.call(elements, weights).get(0)));
    }
    CudaBackend.shutdown();
  }
}
