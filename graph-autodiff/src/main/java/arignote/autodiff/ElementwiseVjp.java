package arignote.autodiff;

import static arignote.dsl.Maths.cos;
import static arignote.dsl.Maths.cosh;
import static arignote.dsl.Maths.div;
import static arignote.dsl.Maths.eq;
import static arignote.dsl.Maths.exp;
import static arignote.dsl.Maths.floordiv;
import static arignote.dsl.Maths.log;
import static arignote.dsl.Maths.mul;
import static arignote.dsl.Maths.neg;
import static arignote.dsl.Maths.pow;
import static arignote.dsl.Maths.rsqrt;
import static arignote.dsl.Maths.sigmoid;
import static arignote.dsl.Maths.sign;
import static arignote.dsl.Maths.sin;
import static arignote.dsl.Maths.sinh;
import static arignote.dsl.Maths.square;
import static arignote.dsl.Maths.sub;

import arignote.dsl.Maths;
import arignote.ir.Variable;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Select;
import arignote.ir.op.UnaryFn;
import java.util.OptionalDouble;

/// Gradients of elementwise ops. Where a derivative can be written with the result instead of the
/// operand it is (`tanh' = 1 - y^2`): the result is there anyway, and a loop has less to keep.
///
/// Where there is no derivative: `abs`, `relu` have 0 at 0; of equal operands `minimum` and
/// `maximum` give half to each; `mod` is taken apart from its jumps; `sign`, `floor`, `ceil`,
/// `round` and `floordiv` have 0 everywhere.
final class ElementwiseVjp {
  private static final double ERF_SLOPE = 2 / Math.sqrt(Math.PI);

  private ElementwiseVjp() {}

  static void unary(UnaryFn fn, Node node) {
    node.contribute(0, () -> unary(fn, node.operand(0), node.result(), node.cotangent()));
  }

  /// The cotangent of `x`, where `y = fn(x)` has the cotangent `g`.
  private static Variable unary(UnaryFn fn, Variable x, Variable y, Variable g) {
    return switch (fn) {
      case NEG -> neg(g);
      case ABS -> mul(g, sign(x));
      case EXP -> mul(g, y);
      case EXPM1 -> mul(g, y.add(1));
      case LOG -> div(g, x);
      case LOG1P -> div(g, x.add(1));
      case SQRT -> div(mul(g, 0.5), y);
      case RSQRT -> mul(mul(g, -0.5), mul(y, square(y)));
      case SQUARE -> mul(g, mul(x, 2));
      case RECIPROCAL -> neg(mul(g, square(y)));
      case SIN -> mul(g, cos(x));
      case COS -> neg(mul(g, sin(x)));
      case TAN -> mul(g, square(y).add(1));
      case ASIN -> mul(g, rsqrt(sub(1, square(x))));
      case ACOS -> neg(mul(g, rsqrt(sub(1, square(x)))));
      case ATAN -> div(g, square(x).add(1));
      case SINH -> mul(g, cosh(x));
      case COSH -> mul(g, sinh(x));
      case TANH -> mul(g, sub(1, square(y)));
      case ERF -> mul(g, mul(exp(neg(square(x))), ERF_SLOPE));
      case ERFC -> mul(g, mul(exp(neg(square(x))), -ERF_SLOPE));
      case SIGMOID -> mul(g, mul(y, sub(1, y)));
      case SOFTPLUS -> mul(g, sigmoid(x));
      case RELU -> Maths.select(y.gt(0), g, 0);
      case SIGN, FLOOR, CEIL, ROUND, ISNAN, ISINF, NOT ->
          throw new IllegalStateException(fn + " has no gradient");
    };
  }

  static void binary(BinaryFn fn, Node node) {
    Variable x = node.operand(0);
    Variable y = node.operand(1);
    Variable g = node.cotangent();
    switch (fn) {
      case ADD -> {
        node.contribute(0, () -> g);
        node.contribute(1, () -> g);
      }
      case SUB -> {
        node.contribute(0, () -> g);
        node.contribute(1, () -> neg(g));
      }
      case MUL -> {
        node.contribute(0, () -> mul(g, y));
        node.contribute(1, () -> mul(g, x));
      }
      case DIV -> {
        Variable share = div(g, y);
        node.contribute(0, () -> share);
        node.contribute(1, () -> neg(mul(share, node.result())));
      }
      case MOD -> {
        node.contribute(0, () -> g);
        node.contribute(1, () -> neg(mul(g, floordiv(x, y))));
      }
      case POW -> power(node);
      case MINIMUM -> {
        node.contribute(0, () -> share(x.lt(y), x, y, g));
        node.contribute(1, () -> share(y.lt(x), x, y, g));
      }
      case MAXIMUM -> {
        node.contribute(0, () -> share(x.gt(y), x, y, g));
        node.contribute(1, () -> share(y.gt(x), x, y, g));
      }
      case ATAN2 -> {
        Variable share = div(g, square(x).add(square(y)));
        node.contribute(0, () -> mul(share, y));
        node.contribute(1, () -> neg(mul(share, x)));
      }
      case FLOORDIV, AND, OR, XOR -> throw new IllegalStateException(fn + " has no gradient");
    }
  }

  /// What the operand gets that is chosen where `chosen` holds: half where both are equal.
  private static Variable share(Variable chosen, Variable x, Variable y, Variable g) {
    return Maths.select(chosen, g, Maths.select(eq(x, y), mul(g, 0.5), 0));
  }

  /// `x^y`: to the base `y * x^(y-1)`, to the exponent `x^y * log(x)`; written so that where the
  /// limit is finite, as of `x^2` and `x^0` at 0, no NaN comes in between.
  private static void power(Node node) {
    Variable x = node.operand(0);
    Variable y = node.operand(1);
    Variable g = node.cotangent();
    OptionalDouble exponent = Ops.constantValue(y);
    if (exponent.isPresent()) {
      double n = exponent.getAsDouble();
      if (n != 0) {
        node.contribute(0, () -> n == 1 ? g : mul(g, mul(n == 2 ? x : pow(x, n - 1), n)));
      }
    } else {
      node.contribute(0, () -> mul(g, Maths.select(y.eq(0), y, mul(y, pow(x, y.sub(1))))));
    }
    node.contribute(
        1, () -> mul(g, mul(node.result(), log(Maths.select(x.eq(0), Ops.ones(x.type()), x)))));
  }

  static void select(Node node) {
    Variable condition = node.operand(0);
    Variable g = node.cotangent();
    Variable zeros = Ops.zeros(g.type());
    node.contribute(1, () -> Ops.apply(new Select(), condition, g, zeros));
    node.contribute(2, () -> Ops.apply(new Select(), condition, zeros, g));
  }

  /// Between floats the identity, but for rounding; integers and bools have no gradient.
  static void cast(Node node) {
    node.contribute(0, () -> node.cotangent().cast(node.operand(0).type().dtype()));
  }
}
