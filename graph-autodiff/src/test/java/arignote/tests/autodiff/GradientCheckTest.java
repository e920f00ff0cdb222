package arignote.tests.autodiff;

import static arignote.tests.autodiff.Evaluations.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.autodiff.testing.GradientCheck;
import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The check itself: it has to find wrong gradients.
class GradientCheckTest {
  @Test
  void findsAWrongGradient() {
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                GradientCheck.checkGradient(
                    3,
                    List.of(vector(1.25, 2)),
                    in -> List.of(Apply.of(new CustomVjpTest.Quantise(), in).result())));
    String message =
        String.valueOf(error.getMessage()).replaceAll("symbolic -?[0-9.]+", "symbolic S");
    assertEquals(
        "gradient with respect to \"x0\"[0] at 1.25: symbolic S, numeric 0.0 (inputs f64[2] [1.25, 2.0], seed 3)",
        message);
  }

  @Test
  void findsAMissingGradient() {
    Input x = new Input("x", TensorType.of(DType.F64, Dim.symbol("N")));
    // Cut off from its gradient by integers, but steep here.
    Variable output = x.mul(1e7).cast(DType.I64).cast(DType.F64);
    Graph graph = new Graph(List.of(x), List.of(output));
    assertThrows(
        AssertionError.class, () -> new GradientCheck(1).check(graph, List.of(vector(1, 2))));
  }

  @Test
  void findsNan() {
    Input x = new Input("x", TensorType.of(DType.F64, 1));
    Graph graph = new Graph(List.of(x), List.of(x.sqrt().mul(0)));
    assertThrows(AssertionError.class, () -> new GradientCheck(1).check(graph, List.of(vector(0))));
  }

  @Test
  void singlePrecisionIsHeldAgainstDifferencesInDoublePrecision() {
    Input x = new Input("x", TensorType.of(DType.F32, 3));
    List<HostTensor> at = List.of(HostTensor.of(new float[] {1, -0.5f, 2}, 3));
    new GradientCheck(1).check(new Graph(List.of(x), List.of(x.exp().tanh())), at);
    // The gradient of a product of itself with a wrong constant is off by a thousandth.
    Variable wrong = Apply.of(new CustomVjpTest.Quantise(), List.of(x)).result();
    assertThrows(
        AssertionError.class,
        () -> new GradientCheck(1).check(new Graph(List.of(x), List.of(wrong)), at));
  }

  @Test
  void tangentsOfSeveralInputs() {
    List<HostTensor> at = List.of(vector(0.5, 1.5), vector(-1, 2));
    GradientCheck.checkJvp(1, at, in -> List.of(in.get(0).mul(in.get(1)).tanh(), in.get(0).log()));
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                GradientCheck.checkJvp(
                    1,
                    List.of(vector(1.25)),
                    in -> List.of(Apply.of(new CustomVjpTest.Quantise(), in).result())));
    assertTrue(
        String.valueOf(error.getMessage()).startsWith("jvp of output 0[0]: symbolic "),
        error.getMessage());
  }

  @Test
  void secondDerivatives() {
    GradientCheck.checkSecondOrder(
        1, List.of(vector(0.5, 1.5)), in -> List.of(in.get(0).pow(3), in.get(0).exp()));
    // Right in the first order, wrong in the second: the slope passes through integers.
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                GradientCheck.checkSecondOrder(
                    1, List.of(vector(2.5)), in -> List.of(in.get(0).mul(frozen(in.get(0))))));
    assertTrue(String.valueOf(error.getMessage()).contains("numeric"), error.getMessage());
  }

  /// The value itself, cut off from its gradient, times 0 in the first order.
  private static Variable frozen(Variable x) {
    return x.mul(1e6).cast(DType.I64).cast(DType.F64);
  }

  @Test
  void passesSymbolicShapes() {
    Input x = new Input("x", TensorType.of(DType.F64, Dim.symbol("N")));
    Graph graph = new Graph(List.of(x), List.of(x.exp(), x.gt(0)));
    new GradientCheck(1).check(graph, List.of(vector(1, 2, 3)));
  }
}
