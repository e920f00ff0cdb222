package arignote.tests.autodiff;

import static arignote.tests.autodiff.Evaluations.evaluate;
import static arignote.tests.autodiff.Evaluations.show;
import static arignote.tests.autodiff.Evaluations.uniform;
import static arignote.tests.autodiff.Evaluations.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import arignote.autodiff.GradientException;
import arignote.autodiff.Jacobians;
import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.dsl.Nn;
import arignote.dsl.Values;
import arignote.ir.Dim;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JacobiansTest {
  private final Input x = new Input("x", TensorType.of(DType.F64, Dim.symbol("N")));

  @Test
  void jacobianOfAMatrixProduct() {
    Variable w = Values.constant(HostTensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2));
    Input row = new Input("row", TensorType.of(DType.F64, 3));
    Variable jacobian = Jacobians.jacobian(row.dot(w), row);
    assertEquals(
        "[[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]", show(jacobian, Map.of(row, vector(7, 8, 9))));
  }

  @Test
  void jacobianOfAMatrixByAVector() {
    Variable squares = Maths.outer(x, x);
    assertEquals(
        "f64[2,2,2] [[[4.0, 0.0], [3.0, 2.0]], [[3.0, 2.0], [0.0, 6.0]]]",
        evaluate(List.of(Jacobians.jacobian(squares, x)), Map.of(x, vector(2, 3)))
            .getFirst()
            .toString());
  }

  @Test
  void jacobianOfAScalarIsItsGradient() {
    assertEquals(
        "[4.0, 6.0]", show(Jacobians.jacobian(x.square().sum(), x), Map.of(x, vector(2, 3))));
  }

  @Test
  void hessianOfAPolynomial() {
    // x0^3 + x0 x1: [[6 x0, 1], [1, 0]].
    Variable loss = x.get(0).pow(3).add(x.get(0).mul(x.get(1)));
    assertEquals(
        "[[12.0, 1.0], [1.0, 0.0]]", show(Jacobians.hessian(loss, x), Map.of(x, vector(2, 3))));
  }

  @Test
  void hessianOfALinearLossIsZero() {
    assertEquals(
        "[[0.0, 0.0], [0.0, 0.0]]",
        show(Jacobians.hessian(x.mul(3).sum(), x), Map.of(x, vector(2, 3))));
  }

  /// A loop, a softmax and a matrix product: the product with a tangent is that of the Jacobian.
  @Test
  void jvpIsTheProductWithTheJacobian() {
    Random random = new Random(8);
    Input w = new Input("w", TensorType.of(DType.F64, 3, 3));
    Input tangent = new Input("tangent", w.type());
    Variable start = Values.constant(uniform(random, -1, 1, 3));
    Variable state =
        Loop.steps(4).scan(start, (_, h) -> Maths.tanh(h.dot(w)).add(Maths.relu(h))).last();
    Variable output = Nn.softmax(state, 0);
    Map<Input, HostTensor> at = new LinkedHashMap<>();
    at.put(w, uniform(random, -1, 1, 3, 3));
    at.put(tangent, uniform(random, -1, 1, 3, 3));
    Variable expected = Jacobians.jacobian(output, w).mul(tangent).sum(1, 2);
    Variable found = Jacobians.jvp(List.of(output), List.of(w), List.of(tangent)).getFirst();
    List<HostTensor> values = evaluate(List.of(expected, found), at);
    for (int i = 0; i < 3; i++) {
      assertEquals(values.get(0).getDouble(i), values.get(1).getDouble(i), 1e-15);
    }
  }

  @Test
  void jvpOfWhatDoesNotDependOnTheVariableIsZero() {
    Input y = new Input("y", TensorType.of(DType.F64, Dim.symbol("N")));
    Map<Input, HostTensor> at = new LinkedHashMap<>();
    at.put(x, vector(1, 2));
    at.put(y, vector(3, 4));
    List<Variable> products = Jacobians.jvp(List.of(x.square(), y.exp()), List.of(x), List.of(y));
    assertEquals("[6.0, 16.0]", show(products.get(0), at));
    assertEquals("[0.0, 0.0]", show(products.get(1), at));
  }

  @Test
  void tangentsMustFit() {
    String message =
        assertThrows(
                GradientException.class,
                () -> Jacobians.jvp(List.of(x.exp()), List.of(x), List.of(x.sum())))
            .getMessage();
    assertEquals(
        "jvp: variable 0 is the input \"x\" of type f64[N], its tangent is of type f64; it must be of the same type",
        String.valueOf(message).replaceAll(" \\(JacobiansTest.java:\\d+\\)", ""));
  }
}
