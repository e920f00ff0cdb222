package arignote.tests.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import arignote.autodiff.optim.Adam;
import arignote.autodiff.optim.OptimiserException;
import arignote.autodiff.optim.Optimisers;
import arignote.dsl.Values;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.reference.Interpreter;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Updates over several steps against the same recurrences in plain Java.
class OptimisersTest {
  private static final double[] GRADIENTS = {0.5, -2, 0.125, 3};

  private final Shared p = new Shared("p", HostTensor.of(new double[] {1, -1}, 2));
  private final Input g = new Input("g", TensorType.of(DType.F64, 2));

  record Params(Variable weights) {}

  /// The first element of the parameter after each step, its gradients being those above; all new
  /// values are computed before any is set.
  private double[] run(Map<Shared, Variable> updates) {
    double[] values = new double[GRADIENTS.length];
    Graph graph = new Graph(List.of(g), List.copyOf(updates.values()));
    for (int step = 0; step < GRADIENTS.length; step++) {
      HostTensor gradient = HostTensor.of(new double[] {GRADIENTS[step], 1}, 2);
      List<HostTensor> next = Interpreter.evaluate(graph, List.of(gradient));
      List<Shared> targets = new ArrayList<>(updates.keySet());
      for (int i = 0; i < targets.size(); i++) {
        targets.get(i).set(next.get(i));
      }
      values[step] = p.get().getDouble(0);
    }
    return values;
  }

  private static void assertSame(double[] expected, double[] found) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], found[i], 1e-15 * Math.abs(expected[i]), "step " + i);
    }
  }

  private static List<String> names(Map<Shared, Variable> updates) {
    return updates.keySet().stream().map(Shared::name).toList();
  }

  @Test
  void sgd() {
    Map<Shared, Variable> updates = Optimisers.sgd(new Params(p), new Params(g), 0.1);
    assertEquals(List.of("p"), names(updates));
    assertSame(new double[] {0.95, 1.15, 1.1375, 0.8375}, run(updates));
  }

  @Test
  void sgdWithARateThatIsAVariable() {
    Variable rate = Values.constant(DType.F64, 0.1);
    assertSame(
        new double[] {0.95, 1.15, 1.1375, 0.8375},
        run(Optimisers.sgd(new Params(p), new Params(g), rate)));
  }

  @Test
  void momentum() {
    double at = 1;
    double velocity = 0;
    double[] expected = new double[GRADIENTS.length];
    for (int i = 0; i < GRADIENTS.length; i++) {
      velocity = 0.9 * velocity - 0.1 * GRADIENTS[i];
      at += velocity;
      expected[i] = at;
    }
    Map<Shared, Variable> updates = Optimisers.momentum(p, g, 0.1, 0.9);
    assertEquals(List.of("p", "p_velocity"), names(updates));
    assertSame(expected, run(updates));
  }

  @Test
  void adadelta() {
    double at = 1;
    double r = 0;
    double u = 0;
    double[] expected = new double[GRADIENTS.length];
    for (int i = 0; i < GRADIENTS.length; i++) {
      double gradient = GRADIENTS[i];
      r = 0.95 * r + 0.05 * gradient * gradient;
      double d = -Math.sqrt(u + 1e-6) / Math.sqrt(r + 1e-6) * gradient;
      u = 0.95 * u + 0.05 * d * d;
      at += d;
      expected[i] = at;
    }
    Map<Shared, Variable> updates = Optimisers.adadelta(new Params(p), new Params(g));
    assertEquals(List.of("p", "p_rgrad2", "p_rup2"), names(updates));
    assertSame(expected, run(updates));
  }

  @Test
  void rmsprop() {
    double at = 1;
    double a = 0;
    double r = 0;
    double d = 0;
    double[] expected = new double[GRADIENTS.length];
    for (int i = 0; i < GRADIENTS.length; i++) {
      double gradient = GRADIENTS[i];
      a = 0.95 * a + 0.05 * gradient;
      r = 0.95 * r + 0.05 * gradient * gradient;
      d = 0.9 * d - 1e-4 * gradient / Math.sqrt(r - a * a + 1e-4);
      at += d;
      expected[i] = at;
    }
    Map<Shared, Variable> updates = Optimisers.rmsprop(new Params(p), new Params(g));
    assertEquals(List.of("p", "p_rgrad", "p_rgrad2", "p_updir"), names(updates));
    assertSame(expected, run(updates));
  }

  @Test
  void adam() {
    double at = 1;
    double m = 0;
    double v = 0;
    double[] expected = new double[GRADIENTS.length];
    for (int i = 0; i < GRADIENTS.length; i++) {
      double gradient = GRADIENTS[i];
      m = 0.9 * m + 0.1 * gradient;
      v = 0.99 * v + 0.01 * gradient * gradient;
      double mean = m / (1 - Math.pow(0.9, i + 1));
      double square = v / (1 - Math.pow(0.99, i + 1));
      at -= 0.5 * mean / (Math.sqrt(square) + 1e-3);
      expected[i] = at;
    }
    Map<Shared, Variable> updates = new Adam(0.5, 0.9, 0.99, 1e-3).updates(p, g);
    assertEquals(List.of("p", "p_mean", "p_square", "adam_steps"), names(updates));
    double[] found = run(updates);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], found[i], 1e-13, "step " + i);
    }
  }

  @Test
  void singlePrecisionStaysSingle() {
    Shared single = new Shared("s", HostTensor.of(new float[] {1}, 1));
    for (Map<Shared, Variable> updates :
        List.of(
            Optimisers.sgd(single, single, 0.1),
            Optimisers.momentum(single, single, 0.1, 0.9),
            Optimisers.adadelta(single, single),
            Optimisers.rmsprop(single, single),
            Optimisers.adam(single, single))) {
      updates.forEach((shared, value) -> assertEquals(shared.type(), value.type(), shared.name()));
    }
  }

  /// The norm of (3, 4) and (12) together is 13.
  @Test
  void largeGradientsAreScaledDownToANorm() {
    List<Variable> gradients =
        List.of(
            Values.constant(HostTensor.of(new double[] {3, 4}, 2)),
            Values.constant(HostTensor.scalar(DType.F64, 12)));
    assertEquals(List.of("[1.5, 2.0]", "6.0"), values(Optimisers.clipByNorm(gradients, 6.5)));
    assertEquals(List.of("[3.0, 4.0]", "12.0"), values(Optimisers.clipByNorm(gradients, 13.5)));
    List<Variable> nothing = List.of(Values.constant(HostTensor.zeros(DType.F64, 2)));
    assertEquals(List.of("[0.0, 0.0]"), values(Optimisers.clipByNorm(nothing, 1)));
    assertEquals(
        "clip_by_norm: the norm must be above 0; found 0.0",
        message(() -> Optimisers.clipByNorm(gradients, 0)));
  }

  private static List<String> values(List<Variable> variables) {
    return Interpreter.evaluate(new Graph(List.of(), variables), List.of()).stream()
        .map(HostTensor::elementsToString)
        .toList();
  }

  private static String message(Runnable body) {
    return assertThrows(OptimiserException.class, () -> body.run())
        .getMessage()
        .replaceAll("OptimisersTest.java:\\d+", "OptimisersTest.java");
  }

  @Test
  void onlySharedVariablesCanBeUpdated() {
    assertEquals(
        "sgd: the parameter \"weights\" is the input \"g\" of type f64[2], not a shared variable; only those can be updated: make it with shared(...) (OptimisersTest.java)",
        message(() -> Optimisers.sgd(new Params(g), new Params(g), 0.1)));
  }

  @Test
  void noParameterTwice() {
    assertEquals(
        "adadelta: the shared variable \"p\" comes twice among the parameters; leave one out (OptimisersTest.java)",
        message(() -> Optimisers.adadelta(List.of(p, p), List.of(g, g))));
  }

  @Test
  void gradientsMustFitTheParameters() {
    assertEquals(
        "rmsprop: the parameters are [0], the gradients [weights]; take the gradients of these parameters (OptimisersTest.java)",
        message(() -> Optimisers.rmsprop(List.of(p), new Params(g))));
    assertEquals(
        "adam: the parameter \"weights\", the shared variable \"p\", is f64[2], its gradient f64; both must be of one type: give what grad() returns for the same tree (OptimisersTest.java)",
        message(() -> Optimisers.adam(new Params(p), new Params(g.sum()))));
  }

  @Test
  void theRateMustFitTheParameters() {
    Variable rate = new Input("rate", TensorType.scalar(DType.F64));
    Shared single = new Shared("s", HostTensor.of(new float[] {1}, 1));
    assertEquals(
        "sgd: the rate must be a scalar of type f32 for the parameter \"s\", found f64; cast it (OptimisersTest.java)",
        message(() -> Optimisers.sgd(single, single, rate)));
  }
}
