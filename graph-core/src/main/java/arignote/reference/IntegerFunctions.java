package arignote.reference;

import arignote.ir.op.BinaryFn;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/// The scalar functions on integers and bools, in 64 bits. An `i32` result is the low half of the
/// value here, which is the same as computing in 32 bits.
final class IntegerFunctions {
  private IntegerFunctions() {}

  static LongUnaryOperator unary(UnaryFn fn, DType dtype) {
    return switch (fn) {
      case NEG -> x -> -x;
      case ABS -> Math::abs;
      case SIGN -> Long::signum;
      case SQUARE -> x -> x * x;
      case RELU -> x -> Math.max(x, 0);
      case NOT -> dtype == DType.BOOL ? x -> 1 - x : x -> ~x;
      case EXP,
          EXPM1,
          LOG,
          LOG1P,
          SQRT,
          RSQRT,
          RECIPROCAL,
          SIN,
          COS,
          TAN,
          ASIN,
          ACOS,
          ATAN,
          SINH,
          COSH,
          TANH,
          ERF,
          ERFC,
          SIGMOID,
          SOFTPLUS,
          FLOOR,
          CEIL,
          ROUND,
          ISNAN,
          ISINF ->
          throw new IllegalArgumentException(fn.mnemonic() + " is not defined on " + dtype);
    };
  }

  static LongBinaryOperator binary(BinaryFn fn) {
    return switch (fn) {
      case ADD -> (x, y) -> x + y;
      case SUB -> (x, y) -> x - y;
      case MUL -> (x, y) -> x * y;
      case FLOORDIV -> (x, y) -> y == 0 ? 0 : Math.floorDiv(x, y);
      case MOD -> (x, y) -> y == 0 ? 0 : Math.floorMod(x, y);
      case POW -> IntegerFunctions::pow;
      case MINIMUM -> Math::min;
      case MAXIMUM -> Math::max;
      case AND -> (x, y) -> x & y;
      case OR -> (x, y) -> x | y;
      case XOR -> (x, y) -> x ^ y;
      case DIV, ATAN2 ->
          throw new IllegalArgumentException(fn.mnemonic() + " is not defined on integers");
    };
  }

  private static long pow(long x, long exponent) {
    if (exponent < 0) {
      return x == 1 ? 1 : x == -1 ? (exponent % 2 == 0 ? 1 : -1) : 0;
    }
    long result = 1;
    long square = x;
    for (long rest = exponent; rest > 0; rest >>= 1) {
      if ((rest & 1) != 0) {
        result *= square;
      }
      square *= square;
    }
    return result;
  }
}
