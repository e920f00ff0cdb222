package arignote.tests.autodiff;

import static arignote.autodiff.Gradients.grad;
import static arignote.tests.autodiff.Evaluations.show;
import static arignote.tests.autodiff.Evaluations.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.autodiff.Disconnected;
import arignote.dsl.Maths;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.text.IrPrinter;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Gradients of elementwise functions at the points where they are a matter of definition.
class ElementwiseVjpTest {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  private static Input input(String name, long... shape) {
    return new Input(name, TensorType.of(DType.F64, shape));
  }

  /// The derivative of `function` at some points.
  private static String derivative(UnaryOperator<Variable> function, double... points) {
    Input x = input("x", points.length);
    return show(grad(function.apply(x).sum(), x), Map.of(x, vector(points)));
  }

  /// Both partial derivatives of `function` at some points.
  private static String partial(BinaryOperator<Variable> function, double[] x, double[] y) {
    Input left = input("x", x.length);
    Input right = input("y", y.length);
    Variable loss = function.apply(left, right).sum();
    Map<Input, HostTensor> values = new LinkedHashMap<>();
    values.put(left, vector(x));
    values.put(right, vector(y));
    List<Variable> gradients = grad(loss, List.of(left, right), Disconnected.ZERO);
    return show(gradients.get(0), values) + " " + show(gradients.get(1), values);
  }

  private static double[] at(double... points) {
    return points;
  }

  @Test
  void kinksOfOneOperand() {
    assertEquals("[-1.0, 0.0, 1.0]", derivative(Maths::abs, -2, 0, 3));
    assertEquals("[0.0, 0.0, 1.0]", derivative(Maths::relu, -2, 0, 3));
    assertEquals("[0.0, 0.0]", derivative(Maths::sign, -2, 0));
    assertEquals("[0.0, 0.0]", derivative(Maths::floor, 1.5, 2));
    assertEquals("[0.0, 0.0]", derivative(Maths::ceil, 1.5, 2));
    assertEquals("[0.0, 0.0]", derivative(Maths::round, 1.5, 2));
  }

  @Test
  void atTheEdgeOfTheDomain() {
    assertEquals("[inf]", derivative(Maths::sqrt, 0));
    assertEquals("[inf]", derivative(Maths::log, 0));
    assertEquals("[0.0, 0.25]", derivative(Maths::sigmoid, -INF, 0));
    assertEquals("[0.0, 0.0]", derivative(Maths::sigmoid, -1000, 1000));
    assertEquals("[0.0, 1.0]", derivative(Maths::softplus, -1000, 1000));
    assertEquals("[0.0, 0.0]", derivative(Maths::tanh, -1000, 1000));
  }

  @Test
  void equalOperandsShareEvenly() {
    assertEquals(
        "[1.0, 0.5, 0.0] [0.0, 0.5, 1.0]", partial(Maths::maximum, at(2, 1, 0), at(1, 1, 1)));
    assertEquals(
        "[0.0, 0.5, 1.0] [1.0, 0.5, 0.0]", partial(Maths::minimum, at(2, 1, 0), at(1, 1, 1)));
    assertEquals("[1.0]", derivative(x -> Maths.maximum(x, x), 3));
  }

  /// What a select passes on is 0 on the side not taken, even of infinite cotangents; and a rule
  /// whose own slope is infinite there makes NaN of it: clip its operand before, not its result
  /// after.
  @Test
  void theSideNotTakenGetsZero() {
    assertEquals("[0.0, 2.0]", derivative(x -> Maths.select(x.gt(0), x.mul(2), x.mul(0)), -1, 1));
    assertEquals("[0.5, 0.0]", derivative(x -> Maths.select(x.gt(0), x, 0).sqrt(), 1, 0));
    assertEquals(
        "[0.0, 1.0]",
        derivative(x -> Maths.select(x.gt(0), Maths.select(x.gt(0), x, 1).log(), 0), 0, 1));
    assertEquals(
        "[0.0, 0.0] [inf, 1.0]",
        partial((x, y) -> Maths.select(x.gt(0), x, y.log()), at(-1, -1), at(0, 1)));
  }

  @Test
  void modulusIsTakenApartFromItsJumps() {
    assertEquals("[1.0, 1.0] [-2.0, 3.0]", partial(Maths::mod, at(7, -7), at(3, 3)));
    assertEquals("[0.0] [0.0]", partial(Maths::floordiv, at(7), at(2)));
  }

  @Test
  void powersOfZero() {
    assertEquals("[0.0, 6.0]", derivative(x -> x.pow(2), 0, 3));
    assertEquals("[0.0, 27.0]", derivative(x -> x.pow(3), 0, 3));
    assertEquals("[1.0, 1.0]", derivative(x -> x.pow(1), 0, 3));
    assertEquals("[0.0, 0.0]", derivative(x -> x.pow(0), 0, 3));
    assertEquals("[-4.0]", derivative(x -> x.pow(2), -2));
    // At x=0 to the base and to the exponent, the exponents being 2, 1 and 0.
    assertEquals(
        "[0.0, 1.0, 0.0] [0.0, 0.0, 0.0]", partial(Variable::pow, at(0, 0, 0), at(2, 1, 0)));
    assertEquals("[2.0] [0.0]", partial(Variable::pow, at(1), at(2)));
    // A negative base has no derivative by the exponent.
    assertEquals("[-4.0] [nan]", partial(Variable::pow, at(-2), at(2)));
  }

  @Test
  void constantExponentsTakeNoLogarithm() {
    Input x = input("x", 2);
    assertEquals(
        """
        graph @main(%x: f64[2]) -> f64[2] {
          %0 = fill() {value=1.0} : f64
          %1 = broadcast(%0) : f64[2]
          %2 = constant {value=2.0} : f64
          %3 = broadcast(%2) : f64[2]
          %4 = mul(%x, %3) : f64[2]
          %5 = mul(%1, %4) : f64[2]
          return %5
        }
        """,
        IrPrinter.print(new Graph(List.of(x), List.of(grad(x.pow(2).sum(), x)))));
  }

  @Test
  void nanComesThrough() {
    assertEquals("[nan, nan]", derivative(x -> x.mul(x), NAN, NAN));
    assertEquals("[0.0]", derivative(Maths::relu, NAN));
  }

  @Test
  void castsBetweenFloatsPassGradients() {
    Input x = input("x", 2);
    Variable single = x.cast(DType.F32);
    Variable gradient = grad(single.mul(single).sum(), x);
    assertEquals("[2.0, 0.20000000298023224]", show(gradient, Map.of(x, vector(1, 0.1))));
  }
}
