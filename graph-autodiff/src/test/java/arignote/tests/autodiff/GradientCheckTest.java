package arignote.tests.autodiff;

import static arignote.tests.autodiff.Evaluations.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
  void wantsDoublePrecision() {
    Input x = new Input("x", TensorType.of(DType.F32, 1));
    Graph graph = new Graph(List.of(x), List.of(x.exp()));
    assertEquals(
        "gradient check: the input \"x\" is f32[1]; f32 is too coarse, make it f64",
        assertThrows(
                IllegalArgumentException.class,
                () -> new GradientCheck(1).check(graph, List.of(HostTensor.of(new float[] {1}, 1))))
            .getMessage());
  }

  @Test
  void passesSymbolicShapes() {
    Input x = new Input("x", TensorType.of(DType.F64, Dim.symbol("N")));
    Graph graph = new Graph(List.of(x), List.of(x.exp(), x.gt(0)));
    new GradientCheck(1).check(graph, List.of(vector(1, 2, 3)));
  }
}
