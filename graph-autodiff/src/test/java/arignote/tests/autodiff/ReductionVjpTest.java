package arignote.tests.autodiff;

import static arignote.autodiff.Gradients.grad;
import static arignote.tests.autodiff.Evaluations.show;
import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.dsl.Maths;
import arignote.dsl.Nn;
import arignote.ir.Dim;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ReductionVjpTest {
  private static final Input X =
      new Input("x", TensorType.of(DType.F64, Dim.symbol("M"), Dim.symbol("N")));

  /// The gradient of the sum of what `function` makes of a matrix.
  private static String gradient(UnaryOperator<Variable> function, double[]... rows) {
    HostTensor value = HostTensor.zeros(DType.F64, rows.length, rows[0].length);
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows[i].length; j++) {
        value.setDouble((long) i * rows[i].length + j, rows[i][j]);
      }
    }
    return show(grad(function.apply(X).sum(), X), Map.of(X, value));
  }

  private static double[] row(double... values) {
    return values;
  }

  @Test
  void sumsAndMeans() {
    assertEquals(
        "[[2.0, 2.0], [8.0, 8.0]]", gradient(x -> Maths.square(x.sum(1)), row(1, 0), row(1, 3)));
    assertEquals("[[0.5, 0.5], [0.5, 0.5]]", gradient(x -> x.mean(0), row(1, 2), row(3, 4)));
  }

  @Test
  void extremaShareEvenly() {
    assertEquals(
        "[[0.0, 1.0, 0.0], [0.5, 0.5, 0.0]]", gradient(x -> x.max(1), row(1, 3, 2), row(7, 7, 1)));
    assertEquals(
        "[[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]", gradient(x -> x.min(1), row(1, 3, 2), row(7, 7, 1)));
    assertEquals("[[0.25, 0.25], [0.25, 0.25]]", gradient(x -> x.max(), row(1, 1), row(1, 1)));
  }

  @Test
  void productsWithZeros() {
    assertEquals("[[12.0, 8.0, 6.0]]", gradient(x -> Maths.prod(x, 1), row(2, 3, 4)));
    assertEquals("[[12.0, 0.0, 0.0]]", gradient(x -> Maths.prod(x, 1), row(0, 3, 4)));
    assertEquals("[[0.0, 0.0, 0.0]]", gradient(x -> Maths.prod(x, 1), row(0, 0, 4)));
    assertEquals("[[0.0, 0.0], [10.0, 0.0]]", gradient(x -> Maths.prod(x), row(1, 2), row(0, 5)));
  }

  /// `d softmax(x)[k] / dx[j] = p[k] * ([k = j] - p[j])`, and so the gradient of cross-entropy is
  /// `(p - onehot) / B`.
  @Test
  void crossEntropyOfLogits() {
    Input labels = new Input("labels", TensorType.of(DType.I64, Dim.symbol("M")));
    Variable loss = Nn.crossEntropyOfLogits(X, labels);
    Map<Input, HostTensor> values = new LinkedHashMap<>();
    values.put(X, HostTensor.of(new double[] {0, 0, 1000, 0}, 2, 2));
    values.put(labels, HostTensor.of(new long[] {0, 1}, 2));
    assertEquals("[[-0.25, 0.25], [0.5, -0.5]]", show(grad(loss, X), values));
  }
}
