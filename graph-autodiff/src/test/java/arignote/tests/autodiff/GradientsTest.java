package arignote.tests.autodiff;

import static arignote.autodiff.Gradients.grad;
import static arignote.tests.autodiff.Evaluations.scalar;
import static arignote.tests.autodiff.Evaluations.show;
import static arignote.tests.autodiff.Evaluations.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.autodiff.Disconnected;
import arignote.autodiff.GradientException;
import arignote.autodiff.Gradients;
import arignote.dsl.Maths;
import arignote.dsl.Values;
import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GradientsTest {
  private static final TensorType SCALAR = TensorType.scalar(DType.F64);

  private final Input x = new Input("x", SCALAR);
  private final Shared w = new Shared("W", HostTensor.of(new double[] {1, 2}, 2));
  private final Shared b = new Shared("b", HostTensor.scalar(DType.F64, 3.0));

  record Affine(Variable w, Variable b) {}

  record Model(List<Affine> layers, Map<String, Variable> rest, int units) {}

  /// The message without the line of this file.
  private static String message(Runnable body) {
    String message = assertThrows(GradientException.class, () -> body.run()).getMessage();
    return message.replaceAll("GradientsTest.java:\\d+", "GradientsTest.java");
  }

  @Test
  void treesComeBackAsTheyAre() {
    Model model = new Model(List.of(new Affine(w, b)), Map.of("x", x), 7);
    Variable loss = w.mul(x).add(b).square().sum();
    Model gradients = grad(loss, model);
    Map<Input, HostTensor> at = Map.of(x, scalar(2));
    assertEquals("[20.0, 28.0]", show(gradients.layers().getFirst().w(), at));
    assertEquals("24.0", show(gradients.layers().getFirst().b(), at));
    assertEquals("38.0", show(gradients.rest().getOrDefault("x", x), at));
    assertEquals(7, gradients.units());
  }

  @Test
  void oneVariableOrAList() {
    Variable single = grad(w.square().sum(), w);
    assertEquals("[2.0, 4.0]", show(single, Map.of()));
    List<Variable> both = grad(w.sum().mul(b), List.of(w, b));
    assertEquals("[3.0, 3.0]", show(both.get(0), Map.of()));
    assertEquals("3.0", show(both.get(1), Map.of()));
    assertEquals(List.of(), grad(w.sum(), List.of()));
  }

  @Test
  void resultsInTheMiddle() {
    Variable hidden = x.mul(x);
    Variable loss = hidden.mul(hidden).add(x);
    List<Variable> gradients = grad(loss, List.of(hidden, x, loss));
    Map<Input, HostTensor> at = Map.of(x, scalar(3));
    assertEquals("18.0", show(gradients.get(0), at));
    // All paths count, those through another parameter too.
    assertEquals("109.0", show(gradients.get(1), at));
    assertEquals("1.0", show(gradients.get(2), at));
  }

  @Test
  void secondAndThirdDerivatives() {
    Variable cube = x.mul(x).mul(x).mul(x);
    Variable third = grad(grad(grad(cube, x), x), x);
    assertEquals("72.0", show(third, Map.of(x, scalar(3))));
  }

  @Test
  void vectorJacobianProduct() {
    Input v = new Input("v", TensorType.of(DType.F64, 2));
    List<Variable> product =
        Gradients.vjp(
            List.of(w.square(), w.sum()), List.of(v, Values.constant(DType.F64, 10)), List.of(w));
    assertEquals("[112.0, 4010.0]", show(product.getFirst(), Map.of(v, vector(51, 1000))));
  }

  @Test
  void anOutputTwiceCountsTwice() {
    Variable y = w.square();
    Variable ones = Values.onesLike(y);
    Variable gradient = Gradients.vjp(List.of(y, y), List.of(ones, ones), List.of(w)).getFirst();
    assertEquals("[4.0, 8.0]", show(gradient, Map.of()));
  }

  @Test
  void onlyWhatLeadsToAParameterIsDifferentiated() {
    Variable loss = w.mul(Maths.sin(b.exp())).sum();
    Graph graph = new Graph(List.of(), List.of(grad(loss, w)));
    assertEquals(
        List.of("fill", "broadcast", "exp", "sin", "broadcast", "mul"),
        graph.applies().stream().map(apply -> apply.op().mnemonic()).toList());
  }

  @Test
  void nodesPointToTheLineTheyAreTheGradientOf() {
    Variable loss = w.exp().sum();
    Variable gradient = grad(loss, w);
    Apply forward = ((Result) loss).apply();
    assertEquals(((Result) forward.operand(0)).apply().site(), ((Result) gradient).apply().site());
  }

  @Test
  void chainsOfAHundredThousandNodes() {
    Variable y = x;
    for (int i = 0; i < 100_000; i++) {
      y = i % 2 == 0 ? y.add(1) : y.neg();
    }
    Variable gradient = grad(y, x);
    assertEquals("1.0", show(gradient, Map.of(x, scalar(5))));
  }

  @Test
  void manyUsesOfOneVariable() {
    Variable sum = x;
    for (int i = 0; i < 10_000; i++) {
      sum = sum.add(x);
    }
    assertEquals("10001.0", show(grad(sum, x), Map.of(x, scalar(5))));
  }

  @Test
  void theLossMustBeAScalar() {
    assertEquals(
        "grad: the loss must be a scalar of floats, found a result of square of type f64[2] (GradientsTest.java); reduce it first, for example with mean() (GradientsTest.java)",
        message(() -> grad(w.square(), w)));
  }

  @Test
  void theLossMustBeOfFloats() {
    assertEquals(
        "grad: the loss must be a scalar of floats, found the input \"n\" of type i64; only floats have gradients (GradientsTest.java)",
        message(() -> grad(new Input("n", TensorType.scalar(DType.I64)), w)));
  }

  @Test
  void parametersMustBeOfFloats() {
    Shared n = new Shared("n", HostTensor.of(new long[] {1, 2}, 2));
    assertEquals(
        "grad: the parameter \"counts\" (the shared variable \"n\" of type i64[2]) is not of floats and has no gradient; leave it out, or cast it to a float before the model uses it (GradientsTest.java)",
        message(() -> grad(w.mul(n).sum(), Map.<String, Variable>of("counts", n))));
  }

  @Test
  void disconnectedParameters() {
    Model model = new Model(List.of(new Affine(w, b)), Map.of(), 1);
    assertEquals(
        "grad: the loss does not depend on the parameter \"layers.0.b\" (the shared variable \"b\" of type f64); leave it out, or ask for zeros with Disconnected.ZERO (GradientsTest.java)",
        message(() -> grad(w.sum(), model)));
    Model gradients = grad(w.sum(), model, Disconnected.ZERO);
    assertEquals("0.0", show(gradients.layers().getFirst().b(), Map.of()));
  }

  @Test
  void parametersConnectedThroughIntegersOnly() {
    Variable loss = Maths.select(b.gt(0), w, 0).sum();
    assertEquals(
        "grad: the loss depends on the shared variable \"b\" of type f64 only through integers, bools or constants, which have no gradient; leave it out, or ask for zeros with Disconnected.ZERO (GradientsTest.java)",
        message(() -> grad(loss, b)));
    assertEquals("0.0", show(grad(loss, b, Disconnected.ZERO), Map.of()));
  }

  @Test
  void aGradientOfZeroIsConnected() {
    assertEquals("[0.0, 0.0]", show(grad(Maths.floor(w).sum(), w), Map.of()));
  }

  @Test
  void thereMustBeParameters() {
    assertEquals(
        "grad: there is no variable among the parameters, a java.lang.String; parameters are variables, records, lists or maps of them (GradientsTest.java)",
        message(() -> grad(w.sum(), "W")));
  }

  @Test
  void cotangentsMustFitTheirOutputs() {
    assertEquals(
        "vjp: output 0 is a result of square of type f64[2] (GradientsTest.java), its cotangent is of type f64; it must be of the same type (GradientsTest.java)",
        message(() -> Gradients.vjp(List.of(w.square()), List.of(b), List.of(w))));
    assertEquals(
        "vjp: 1 outputs need as many cotangents, found 0 (GradientsTest.java)",
        message(() -> Gradients.vjp(List.of(w), List.of(), List.of(w))));
    assertEquals(
        "vjp: output 0 is a result of gt of type bool (GradientsTest.java); only floats have gradients (GradientsTest.java)",
        message(() -> Gradients.vjp(List.of(b.gt(0)), List.of(b), List.of(b))));
    assertEquals(
        "vjp: no output depends on the parameter \"0\" (the shared variable \"b\" of type f64); leave it out, or ask for zeros with Disconnected.ZERO (GradientsTest.java)",
        message(() -> Gradients.vjp(List.of(w), List.of(w), List.of(b))));
  }

  @Test
  void noGradientFlowsThroughConstants() {
    Variable target = w.mul(2);
    Variable loss = w.sub(target).square().sum();
    Variable gradient = grad(loss, (Variable) w, Disconnected.ERROR, List.of(target));
    assertEquals("[-2.0, -4.0]", show(gradient, Map.of()));
    assertEquals(
        "grad: the loss depends on the shared variable \"W\" of type f64[2] only through integers, bools or constants, which have no gradient; leave it out, or ask for zeros with Disconnected.ZERO (GradientsTest.java)",
        message(() -> grad(target.sum(), (Variable) w, Disconnected.ERROR, List.of(target))));
  }

  @Test
  void gradientsAreGraphsLikeAnyOther() {
    Map<Input, HostTensor> at = new LinkedHashMap<>();
    at.put(x, scalar(0.5));
    Variable gradient = grad(w.mul(x).sum().tanh(), x);
    double y = Math.tanh(1.5);
    assertEquals(3 * (1 - y * y), Double.parseDouble(show(gradient, at)), 1e-15);
    assertTrue(gradient.type().isScalar());
  }
}
