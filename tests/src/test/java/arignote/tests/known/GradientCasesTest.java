package arignote.tests.known;

import static arignote.autodiff.Gradients.grad;
import static arignote.dsl.Maths.maximum;
import static arignote.dsl.Maths.minimum;
import static arignote.dsl.Maths.outer;
import static arignote.dsl.Maths.select;
import static arignote.dsl.Nn.crossEntropyOfLogits;
import static arignote.dsl.Nn.logSumExp;
import static arignote.dsl.Nn.softmax;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.autodiff.Jacobians;
import arignote.dsl.Maths;
import arignote.dsl.Shapes;
import arignote.dsl.Values;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Gradients against derivatives in closed form.
class GradientCasesTest {
  private static final double[] AT = {0.3, -0.6, 0.9};
  private static final double[] POSITIVE = {0.3, 1.7, 0.9};

  private final Input x = Values.input("x", DType.F64, 3);
  private final Input p = Values.input("p", DType.F64, 3);
  private final Input y = Values.input("y", DType.F64, 3);
  private final Input a = Values.input("a", DType.F64, 2, 3);
  private final Input b = Values.input("b", DType.F64, 3, 2);
  private final Input k = Values.input("k", DType.I64, 2);
  private final Input s = Values.input("s", DType.F64);
  private final Table table = new Table();

  /// An elementwise function with its first and second derivative.
  private void derivatives(
      String name,
      Input at,
      UnaryOperator<Variable> function,
      DoubleUnaryOperator first,
      DoubleUnaryOperator second) {
    double[] points = at == x ? AT : POSITIVE;
    Variable slope = grad(function.apply(at).sum(), (Variable) at);
    table.row(name + "'", slope, Arrays.stream(points).map(first).toArray());
    Variable bend = grad(slope.sum(), (Variable) at, arignote.autodiff.Disconnected.ZERO);
    table.row(name + "''", bend, Arrays.stream(points).map(second).toArray());
  }

  private static double sigmoid(double v) {
    return 1 / (1 + Math.exp(-v));
  }

  private void elementwise() {
    derivatives("square", x, Maths::square, v -> 2 * v, _ -> 2);
    derivatives("cube", x, v -> v.pow(3), v -> 3 * v * v, v -> 6 * v);
    derivatives("exp", x, Maths::exp, Math::exp, Math::exp);
    derivatives("expm1", x, Maths::expm1, Math::exp, Math::exp);
    derivatives("log", p, Maths::log, v -> 1 / v, v -> -1 / (v * v));
    derivatives("log1p", p, Maths::log1p, v -> 1 / (1 + v), v -> -1 / ((1 + v) * (1 + v)));
    derivatives("sqrt", p, Maths::sqrt, v -> 0.5 / Math.sqrt(v), v -> -0.25 * Math.pow(v, -1.5));
    derivatives(
        "rsqrt", p, Maths::rsqrt, v -> -0.5 * Math.pow(v, -1.5), v -> 0.75 * Math.pow(v, -2.5));
    derivatives("reciprocal", p, Maths::reciprocal, v -> -1 / (v * v), v -> 2 / (v * v * v));
    derivatives("sin", x, Maths::sin, Math::cos, v -> -Math.sin(v));
    derivatives("cos", x, Maths::cos, v -> -Math.sin(v), v -> -Math.cos(v));
    derivatives(
        "tan",
        x,
        Maths::tan,
        v -> 1 / Math.pow(Math.cos(v), 2),
        v -> 2 * Math.tan(v) / Math.pow(Math.cos(v), 2));
    derivatives(
        "asin", x, Maths::asin, v -> 1 / Math.sqrt(1 - v * v), v -> v * Math.pow(1 - v * v, -1.5));
    derivatives(
        "acos",
        x,
        Maths::acos,
        v -> -1 / Math.sqrt(1 - v * v),
        v -> -v * Math.pow(1 - v * v, -1.5));
    derivatives("atan", x, Maths::atan, v -> 1 / (1 + v * v), v -> -2 * v / Math.pow(1 + v * v, 2));
    derivatives("sinh", x, Maths::sinh, Math::cosh, Math::sinh);
    derivatives("cosh", x, Maths::cosh, Math::sinh, Math::cosh);
    derivatives(
        "tanh",
        x,
        Maths::tanh,
        v -> 1 - Math.pow(Math.tanh(v), 2),
        v -> -2 * Math.tanh(v) * (1 - Math.pow(Math.tanh(v), 2)));
    derivatives(
        "erf",
        x,
        Maths::erf,
        v -> 2 / Math.sqrt(Math.PI) * Math.exp(-v * v),
        v -> -4 * v / Math.sqrt(Math.PI) * Math.exp(-v * v));
    derivatives(
        "sigmoid",
        x,
        Maths::sigmoid,
        v -> sigmoid(v) * sigmoid(-v),
        v -> sigmoid(v) * sigmoid(-v) * (1 - 2 * sigmoid(v)));
    derivatives("softplus", x, Maths::softplus, v -> sigmoid(v), v -> sigmoid(v) * sigmoid(-v));
    derivatives("relu", x, Maths::relu, v -> v > 0 ? 1 : 0, _ -> 0);
    derivatives("abs", x, Maths::abs, Math::signum, _ -> 0);
    derivatives(
        "x^x",
        p,
        v -> v.pow(v),
        v -> Math.pow(v, v) * (1 + Math.log(v)),
        v -> Math.pow(v, v) * (Math.pow(1 + Math.log(v), 2) + 1 / v));
    derivatives(
        "2^x",
        x,
        v -> Maths.pow(2, v),
        v -> Math.log(2) * Math.pow(2, v),
        v -> Math.pow(Math.log(2), 2) * Math.pow(2, v));
  }

  private void ofTwo() {
    table.row("of a product", grad(x.mul(y).sum(), x), 2, -1, 4);
    table.row("of a quotient to the divisor", grad(x.div(y).sum(), y), -0.075, 0.6, -0.05625);
    table.row(
        "of a power to the exponent",
        grad(p.pow(y).sum(), y),
        0.09 * Math.log(0.3),
        Math.log(1.7) / 1.7,
        Math.pow(0.9, 4) * Math.log(0.9));
    table.row("of a maximum", grad(maximum(x, y).sum(), x), 0, 1, 0);
    table.row("of a minimum", grad(minimum(x, y).sum(), x), 1, 0, 1);
    table.row("of equal operands half each", grad(maximum(x, x.add(0)).sum(), x), 1, 1, 1);
    table.row("of a select", grad(select(x.gt(0), x.square(), x.mul(5)).sum(), x), 0.6, 5, 1.8);
    table.row("of clip", grad(Maths.clip(x, -0.5, 0.5).sum(), x), 1, 0, 0);
    table.row("of a remainder", grad(Maths.mod(p, 0.5).sum(), p), 1, 1, 1);
    table.row("of floor", grad(p.add(Maths.floor(p)).sum(), p), 1, 1, 1);
    table.row("of atan2", grad(Maths.atan2(x, y).sum(), x), 2 / 4.09, -1 / 1.36, 4 / 16.81);
  }

  private void reductionsAndShapes() {
    table.row("of a mean", grad(a.mean(), a), 1 / 6., 1 / 6., 1 / 6., 1 / 6., 1 / 6., 1 / 6.);
    table.row("of a sum of squares", grad(a.square().sum(), a), 2, 4, 6, 8, 10, 12);
    table.row("of a product of all", grad(Maths.prod(x), x), -0.54, 0.27, -0.18);
    table.row("of the largest", grad(x.max(), x), 0, 0, 1);
    table.row("of the smallest", grad(x.min(), x), 0, 1, 0);
    table.row("of a variance", grad(Maths.var(x), x), 0.2 / 3, -1.6 / 3, 1.4 / 3);
    table.row(
        "of a norm",
        grad(x.square().sum().sqrt(), x),
        0.3 / Math.sqrt(1.26),
        -0.6 / Math.sqrt(1.26),
        0.9 / Math.sqrt(1.26));
    table.row("through a transpose", grad(a.transpose().mul(b).sum(), a), 1, 3, 5, 2, 4, 6);
    table.row("through a reshape", grad(a.reshape(6).slice(0, 1, 3).sum(), a), 0, 1, 1, 0, 0, 0);
    table.row("through a slice", grad(x.slice(0, 1, 3).square().sum(), x), 0, -1.2, 1.8);
    table.row("through a reversal", grad(Shapes.reverse(x, 0).mul(y).sum(), x), 4, -1, 2);
    table.row(
        "through a concatenation",
        grad(Shapes.concat(0, x, x.mul(2)).mul(Shapes.concat(0, y, y)).sum(), x),
        6,
        -3,
        12);
    table.row("through padding", grad(Shapes.pad(x, 0, 1, 1).square().sum(), x), 0.6, -1.2, 1.8);
    table.row("through a broadcast", grad(a.mul(x).sum(), x), 5, 7, 9);
    table.row("through rows looked up twice", grad(b.take(k, 0).sum(), b), 0, 0, 2, 2, 0, 0);
    table.row(
        "through picked elements", grad(Shapes.pick(b.transpose(), k).sum(), b), 0, 0, 1, 1, 0, 0);
    table.row(
        "through scattered updates",
        grad(Shapes.scatterAdd(x, k, y.slice(0, 0, 2), 0).mul(y).sum(), y),
        -1 + 0.3,
        -1 + (-0.6 + 2 - 1),
        0.9);
  }

  private void products() {
    table.row("of dot to the left", grad(a.dot(b).sum(), a), 3, 7, 11, 3, 7, 11);
    table.row("of dot to the right", grad(a.dot(b).sum(), b), 5, 5, 7, 7, 9, 9);
    table.row("of an inner product", grad(x.dot(y), x), 2, -1, 4);
    table.row(
        "of a quadratic form",
        grad(a.dot(x).square().sum(), x),
        2 * (1 * 1.8 + 4 * 3.6),
        2 * (2 * 1.8 + 5 * 3.6),
        2 * (3 * 1.8 + 6 * 3.6));
    table.row("of an outer product", grad(outer(x, y).sum(), x), 5, 5, 5);
    table.row(
        "of the trace of a product",
        grad(
            a.dot(b).mul(Values.constant(HostTensor.of(new double[] {1, 0, 0, 1}, 2, 2))).sum(), a),
        1,
        3,
        5,
        2,
        4,
        6);
  }

  private static double[] softmaxOf(double... v) {
    double sum = Arrays.stream(v).map(Math::exp).sum();
    return Arrays.stream(v).map(e -> Math.exp(e) / sum).toArray();
  }

  private void models() {
    double[] q = softmaxOf(AT);
    table.row("of log-sum-exp", grad(logSumExp(x, 0), x), q);
    table.row(
        "of one softmax output",
        grad(softmax(x, 0).get(0), x),
        q[0] * (1 - q[0]),
        -q[0] * q[1],
        -q[0] * q[2]);
    table.row(
        "of a cross-entropy",
        grad(crossEntropyOfLogits(x.reshape(1, 3), k.slice(0, 0, 1)), x),
        q[0],
        q[1] - 1,
        q[2]);
    // The mean squared error of y = s x: 2/3 sum(x (s x - y)).
    table.row(
        "of a regression",
        grad(x.mul(s).sub(y).square().mean(), s),
        2 / 3. * (0.3 * (0.6 - 2) - 0.6 * (-1.2 + 1) + 0.9 * (1.8 - 4)));
    // Logistic regression: sum((sigmoid(s x) - t) x) for targets 1, 0, 1.
    Variable t = Values.constant(HostTensor.of(new double[] {1, 0, 1}));
    Variable z = x.mul(s);
    Variable loss = Maths.softplus(z).sub(z.mul(t)).sum();
    table.row(
        "of a logistic regression",
        grad(loss, s),
        0.3 * (sigmoid(0.6) - 1) - 0.6 * sigmoid(-1.2) + 0.9 * (sigmoid(1.8) - 1));
    table.row(
        "of a weight penalty",
        grad(a.square().sum().mul(0.01).add(Maths.abs(a).sum()), a),
        1.02,
        1.04,
        1.06,
        1.08,
        1.10,
        1.12);
    table.row("of a composition", grad(x.square().exp().log().sum(), x), 0.6, -1.2, 1.8);
    table.row("of a variable used twice", grad(s.mul(s).add(s.mul(3)), s), 7);
    table.row("with respect to a middle result", middle(), 0.09 * 2, 0.36 * 2, 0.81 * 2);
  }

  private Variable middle() {
    Variable square = x.square();
    return grad(square.square().sum(), square);
  }

  private void jacobians() {
    table.row(
        "Jacobian of a square",
        Jacobians.jacobian(x.square(), x),
        0.6,
        0,
        0,
        0,
        -1.2,
        0,
        0,
        0,
        1.8);
    table.row(
        "Jacobian of a product with a matrix", Jacobians.jacobian(a.dot(x), x), 1, 2, 3, 4, 5, 6);
    table.row(
        "Jacobian of a cumulative product",
        Jacobians.jacobian(Maths.prod(x).expandDims(0), x),
        -0.54,
        0.27,
        -0.18);
    table.row(
        "Hessian of a cube",
        Jacobians.hessian(x.pow(3).sum(), x),
        1.8,
        0,
        0,
        0,
        -3.6,
        0,
        0,
        0,
        5.4);
    table.row(
        "Hessian of x0 x1 x2",
        Jacobians.hessian(Maths.prod(x), x),
        0,
        0.9,
        -0.6,
        0.9,
        0,
        0.3,
        -0.6,
        0.3,
        0);
    table.row(
        "Rop",
        Jacobians.jvp(List.of(x.square()), List.of(x), List.of(y)).getFirst(),
        1.2,
        1.2,
        7.2);
    table.row(
        "Rop of a product with a matrix",
        Jacobians.jvp(List.of(a.dot(x)), List.of(x), List.of(y)).getFirst(),
        12,
        27);
    table.row(
        "Lop",
        arignote.autodiff.Gradients.vjp(List.of(x.square()), List.of(y), List.of(x)).getFirst(),
        1.2,
        1.2,
        7.2);
    table.row(
        "Hessian times vector", grad(grad(x.pow(3).sum(), x).mul(y).sum(), x), 3.6, 3.6, 21.6);
  }

  private Table filled() {
    if (table.size() == 0) {
      table
          .with(x, AT)
          .with(p, POSITIVE)
          .with(y, 2, -1, 4)
          .with(a, HostTensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3))
          .with(b, HostTensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2))
          .with(k, HostTensor.of(new long[] {1, 1}))
          .with(s, 2);
      elementwise();
      ofTwo();
      reductionsAndShapes();
      products();
      models();
      jacobians();
    }
    return table;
  }

  @TestFactory
  Stream<DynamicTest> cases() {
    return filled().tests();
  }

  @Test
  void thereAreEnough() {
    assertTrue(filled().size() >= 90, filled().size() + " cases");
  }
}
