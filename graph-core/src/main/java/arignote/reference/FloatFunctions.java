package arignote.reference;

import arignote.ir.op.BinaryFn;
import arignote.ir.op.UnaryFn;
import arignote.tensor.SpecialFunctions;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/// The scalar functions on floats, in double precision. An `f32` result is the value here rounded.
final class FloatFunctions {
  private FloatFunctions() {}

  static DoubleUnaryOperator unary(UnaryFn fn) {
    return switch (fn) {
      case NEG -> x -> -x;
      case ABS -> Math::abs;
      case SIGN -> Math::signum;
      case EXP -> StrictMath::exp;
      case EXPM1 -> StrictMath::expm1;
      case LOG -> StrictMath::log;
      case LOG1P -> StrictMath::log1p;
      case SQRT -> Math::sqrt;
      case RSQRT -> x -> 1 / Math.sqrt(x);
      case SQUARE -> x -> x * x;
      case RECIPROCAL -> x -> 1 / x;
      case SIN -> StrictMath::sin;
      case COS -> StrictMath::cos;
      case TAN -> StrictMath::tan;
      case ASIN -> StrictMath::asin;
      case ACOS -> StrictMath::acos;
      case ATAN -> StrictMath::atan;
      case SINH -> StrictMath::sinh;
      case COSH -> StrictMath::cosh;
      case TANH -> StrictMath::tanh;
      case ERF -> SpecialFunctions::erf;
      case ERFC -> SpecialFunctions::erfc;
      case SIGMOID -> SpecialFunctions::sigmoid;
      case SOFTPLUS -> SpecialFunctions::softplus;
      case RELU -> x -> Math.max(x, 0);
      case FLOOR -> Math::floor;
      case CEIL -> Math::ceil;
      case ROUND -> Math::rint;
      case ISNAN -> x -> Double.isNaN(x) ? 1 : 0;
      case ISINF -> x -> Double.isInfinite(x) ? 1 : 0;
      case NOT -> throw new IllegalArgumentException(fn.mnemonic() + " is not defined on floats");
    };
  }

  static DoubleBinaryOperator binary(BinaryFn fn) {
    return switch (fn) {
      case ADD -> (x, y) -> x + y;
      case SUB -> (x, y) -> x - y;
      case MUL -> (x, y) -> x * y;
      case DIV -> (x, y) -> x / y;
      case FLOORDIV -> FloatFunctions::floorDiv;
      case MOD -> FloatFunctions::mod;
      case POW -> StrictMath::pow;
      case MINIMUM -> Math::min;
      case MAXIMUM -> Math::max;
      case ATAN2 -> StrictMath::atan2;
      case AND, OR, XOR ->
          throw new IllegalArgumentException(fn.mnemonic() + " is not defined on floats");
    };
  }

  /// The remainder with the sign of `y`. Java's remainder, which has the sign of `x`, is exact, so
  /// one rounding remains where `y` is added.
  private static double mod(double x, double y) {
    double remainder = x % y;
    if (remainder == 0) {
      return Math.copySign(0.0, y);
    }
    return remainder < 0 != y < 0 && !Double.isNaN(remainder) ? remainder + y : remainder;
  }

  /// The integer at or below the exact quotient, from the exact remainder: rounding `x / y` first
  /// would sometimes reach the integer above.
  private static double floorDiv(double x, double y) {
    if (y == 0) {
      return x / y;
    }
    double remainder = x % y;
    double quotient = (x - remainder) / y;
    if (remainder != 0 && remainder < 0 != y < 0) {
      quotient -= 1;
    }
    return quotient == 0 ? Math.copySign(0.0, x / y) : Math.rint(quotient);
  }
}
