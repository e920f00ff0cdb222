package arignote.tests.numerics;

import static arignote.dsl.Maths.abs;
import static arignote.dsl.Maths.div;
import static arignote.dsl.Maths.erf;
import static arignote.dsl.Maths.erfc;
import static arignote.dsl.Maths.exp;
import static arignote.dsl.Maths.expm1;
import static arignote.dsl.Maths.log;
import static arignote.dsl.Maths.log1p;
import static arignote.dsl.Maths.mean;
import static arignote.dsl.Maths.neg;
import static arignote.dsl.Maths.sigmoid;
import static arignote.dsl.Maths.softplus;
import static arignote.dsl.Maths.sqrt;
import static arignote.dsl.Maths.sub;
import static arignote.dsl.Maths.sum;

import arignote.autodiff.Gradients;
import arignote.dsl.Shapes;
import arignote.dsl.Values;
import arignote.ir.Variable;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/// The expressions of the table as a user would write them who does not think of rounding.
final class Expressions {
  private static final Map<String, BinaryOperator<Variable>> ALL = all();

  private Expressions() {}

  /// An expression of its variables; one has the first for both.
  static Variable write(String name, List<? extends Variable> variables) {
    BinaryOperator<Variable> written = ALL.get(name);
    if (written == null) {
      throw new IllegalArgumentException("nobody has written the expression " + name);
    }
    return written.apply(variables.getFirst(), variables.getLast());
  }

  static Iterable<String> names() {
    return ALL.keySet();
  }

  private static Map<String, BinaryOperator<Variable>> all() {
    Map<String, BinaryOperator<Variable>> all = new TreeMap<>();
    ofOne().forEach((name, written) -> all.put(name, (x, _) -> written.apply(x)));
    all.put("y / (1 + exp(-x))", (x, y) -> y.div(exp(neg(x)).add(1)));
    all.put("(x + y) - x", (x, y) -> x.add(y).sub(x));
    all.put("x - (x - y)", (x, y) -> x.sub(x.sub(y)));
    all.put("x * exp(y) / exp(y)", (x, y) -> x.mul(exp(y)).div(exp(y)));
    all.put("x * 2.5 - x * 2.5 + y", (x, y) -> x.mul(2.5).sub(x.mul(2.5)).add(y));
    all.put("log(exp(x) + exp(y))", (x, y) -> log(exp(x).add(exp(y))));
    all.put("grad sum(y * log(softmax(x)))", (x, y) -> grad(sum(y.mul(log(softmax(x)))), x));
    all.put(
        "grad y * log(sigmoid(x)) + (1 - y) * log(1 - sigmoid(x))",
        (x, y) -> grad(logLikelihood(sigmoid(x), y), x));
    all.put(
        "grad y * log(p) + (1 - y) * log(1 - p), p = 1 / (1 + exp(-x))",
        (x, y) -> grad(logLikelihood(div(1, exp(neg(x)).add(1)), y), x));
    return all;
  }

  private static Variable logLikelihood(Variable p, Variable y) {
    return y.mul(log(p)).add(sub(1, y).mul(log(sub(1, p))));
  }

  private static Map<String, UnaryOperator<Variable>> ofOne() {
    Map<String, UnaryOperator<Variable>> all = new TreeMap<>();
    all.put("log(1 + x)", x -> log(x.add(1)));
    all.put("log(1 - x)", x -> log(sub(1, x)));
    all.put("exp(x) - 1", x -> exp(x).sub(1));
    all.put("1 - exp(x)", x -> sub(1, exp(x)));
    all.put("log(1 + exp(x))", x -> log(exp(x).add(1)));
    all.put("log(exp(x))", x -> log(exp(x)));
    all.put("exp(log(x))", x -> exp(log(x)));
    all.put("1 / (1 + exp(-x))", x -> div(1, exp(neg(x)).add(1)));
    all.put("1 / (1 + exp(x))", x -> div(1, exp(x).add(1)));
    all.put("exp(x) / (1 + exp(x))", x -> exp(x).div(exp(x).add(1)));
    all.put("1 - sigmoid(x)", x -> sub(1, sigmoid(x)));
    all.put("log(sigmoid(x))", x -> log(sigmoid(x)));
    all.put("log(1 - sigmoid(x))", x -> log(sub(1, sigmoid(x))));
    all.put("grad log(1 - sigmoid(x))", x -> grad(log(sub(1, sigmoid(x))), x));
    all.put("log(1 - exp(x))", x -> log(sub(1, exp(x))));
    all.put("softplus(x) - x", x -> softplus(x).sub(x));
    all.put("x - softplus(x)", x -> x.sub(softplus(x)));
    all.put("exp(-softplus(x))", x -> exp(neg(softplus(x))));
    all.put(
        "(exp(x) - exp(-x)) / (exp(x) + exp(-x))",
        x -> exp(x).sub(exp(neg(x))).div(exp(x).add(exp(neg(x)))));
    all.put("(exp(x) - exp(-x)) / 2", x -> exp(x).sub(exp(neg(x))).div(2));
    all.put("(exp(x) + exp(-x)) / 2", x -> exp(x).add(exp(neg(x))).div(2));
    all.put("1 - erf(x)", x -> sub(1, erf(x)));
    all.put("1 - erfc(x)", x -> sub(1, erfc(x)));
    all.put("sqrt(x) ^ 2", x -> sqrt(x).pow(2));
    all.put("sqrt(x ^ 2)", x -> sqrt(x.pow(2)));
    all.put("log(x ^ 2)", x -> log(x.mul(x)));
    all.put("log(sqrt(x))", x -> log(sqrt(x)));
    all.put("log(x ^ 6)", x -> log(x.pow(6)));
    all.put("log(abs(x) ^ 3.5)", x -> log(abs(x).pow(3.5)));
    all.put("log(abs(x) ^ 2^100)", x -> log(abs(x).pow(0x1p100)));
    all.put("log(1 / x)", x -> log(div(1, x)));
    all.put("log1p(expm1(x))", x -> log1p(expm1(x)));
    all.put("(x + 1) - 1", x -> x.add(1).sub(1));
    all.put("(1 - x) - 1", x -> sub(1, x).sub(1));
    all.put("x * 3 / 3", x -> x.mul(3).div(3));
    all.put("x / x", x -> x.div(x));
    all.put("(x ^ 2) ^ 0.5", x -> x.pow(2).pow(0.5));
    all.put("x ^ 3", x -> x.pow(3));
    all.put("x ^ -2", x -> x.pow(-2));
    all.put("x ^ -0.5", x -> x.pow(-0.5));
    all.put("x ^ 1.5", x -> x.pow(1.5));
    all.put("softmax(x)", Expressions::softmax);
    all.put("log(softmax(x))", x -> log(softmax(x)));
    all.put("log(softmax(x))[1]", x -> second(log(softmax(x))));
    all.put("log(softmax(x)[1])", x -> log(second(softmax(x))));
    all.put("log(softmax(x)[1] + 1e-8)", x -> log(second(softmax(x)).add(1e-8)));
    all.put("grad log(softmax(x))[1]", x -> grad(second(log(softmax(x))), x));
    all.put("grad log(softmax(x)[1])", x -> grad(log(second(softmax(x))), x));
    all.put("grad log(softmax(x)[1:2])", x -> grad(sum(log(softmax(x).slice(0, 1, 2))), x));
    all.put("grad log(softmax(x)[1] + 1e-8)", x -> grad(log(second(softmax(x)).add(1e-8)), x));
    all.put("grad log(softmax(x)[label])", x -> grad(sum(log(picked(x))), x));
    all.put("grad log(softmax(x)[label] + 1e-8)", x -> grad(sum(log(picked(x).add(1e-8))), x));
    all.put("log(sum(exp(x)))", x -> log(sum(exp(x))));
    all.put("sum(x * 3)", x -> sum(x.mul(3)));
    all.put("mean(x)", x -> mean(x));
    all.put("exp(x) / exp(x)", x -> exp(x).div(exp(x)));
    return all;
  }

  private static Variable softmax(Variable x) {
    return exp(x).div(sum(exp(x)));
  }

  /// The probabilities of class 1 in a batch of one row, the exponentials computed once.
  private static Variable picked(Variable x) {
    Variable rows = exp(x.expandDims(0));
    Variable softmax = rows.div(sum(rows, 1).expandDims(1));
    return Shapes.pick(softmax, Values.constant(HostTensor.of(new long[] {1}, 1)));
  }

  private static Variable grad(Variable cost, Variable x) {
    return Gradients.grad(cost, List.of(x)).getFirst();
  }

  private static Variable second(Variable x) {
    return Shapes.get(x, Values.constant(DType.I64, 1));
  }
}
