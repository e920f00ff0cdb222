package arignote.tests.autodiff;

import static arignote.autodiff.Gradients.grad;
import static arignote.tests.autodiff.Evaluations.show;
import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.dsl.Shapes;
import arignote.dsl.Values;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Gradients of cumulative ops by hand: the results weigh 1, 10, 100, ... in the sum.
class CumulateVjpTest {
  private static final Input X = Values.input("x", DType.F64, "N");

  private static String gradient(UnaryOperator<Variable> function, double... x) {
    HostTensor weights = HostTensor.zeros(DType.F64, x.length);
    for (int i = 0; i < x.length; i++) {
      weights.setDouble(i, Math.pow(10, i));
    }
    Input w = Values.input("w", DType.F64, "N");
    return show(
        grad(function.apply(X).mul(w).sum(), X), Map.of(X, HostTensor.of(x, x.length), w, weights));
  }

  @Test
  void aSumGetsAllFromThereOn() {
    assertEquals("[111.0, 110.0, 100.0]", gradient(x -> x.cumsum(0), 5, 6, 7));
  }

  @Test
  void productsWithZeros() {
    assertEquals("[2131.0, 1420.0, 600.0]", gradient(x -> x.cumprod(0), 2, 3, 7));
    assertEquals("[1.0, 4260.0, 0.0]", gradient(x -> x.cumprod(0), 6, 0, 7));
    assertEquals("[1211.0, 0.0, 0.0]", gradient(x -> x.cumprod(0), 0, 1, 12));
    assertEquals("[11.0, 0.0, 0.0]", gradient(x -> x.cumprod(0), 0, 1, 0));
  }

  @Test
  void anExtremeGivesToTheFirstThatHoldsIt() {
    assertEquals("[1.0, 1110.0, 0.0, 0.0]", gradient(x -> x.cummax(0), 1, 3, 3, 2));
    assertEquals("[1111.0, 0.0, 0.0, 0.0]", gradient(x -> x.cummax(0), 4, 4, 4, 4));
    assertEquals("[11.0, 0.0, 1100.0, 0.0]", gradient(x -> x.cummin(0), 2, 2, 1, 1));
    assertEquals("[0.0, 11.0, 0.0, 1100.0]", gradient(CumulateVjpTest::fromTheEnd, 1, 9, 5, 5));
  }

  /// Zeros of either sign are equal, and behind a NaN there is nothing else.
  @Test
  void zerosAndNan() {
    assertEquals("[11.0, 0.0, 100.0]", gradient(x -> x.cummax(0), -0.0, 0.0, 1));
    assertEquals(
        "[1.0, 1110.0, 0.0, 0.0]", gradient(x -> x.cummax(0), 1, Double.NaN, 3, Double.NaN));
  }

  private static Variable fromTheEnd(Variable x) {
    return Shapes.reverse(Shapes.reverse(x, 0).cummax(0), 0);
  }

  @Test
  void ofNoElements() {
    assertEquals("[]", gradient(x -> x.cumprod(0)));
    assertEquals("[]", gradient(x -> x.cummax(0)));
  }
}
