package arignote.backend.cpu.codegen;

import arignote.tensor.SpecialFunctions;

/// Functions of one or two elements that generated code calls where the JVM has no instruction.
final class Scalars {
  private Scalars() {}

  static int floorDiv(int x, int y) {
    return y == 0 ? 0 : Math.floorDiv(x, y);
  }

  static long floorDiv(long x, long y) {
    return y == 0 ? 0 : Math.floorDiv(x, y);
  }

  static int mod(int x, int y) {
    return y == 0 ? 0 : Math.floorMod(x, y);
  }

  static long mod(long x, long y) {
    return y == 0 ? 0 : Math.floorMod(x, y);
  }

  static int pow(int x, int exponent) {
    return (int) pow((long) x, (long) exponent);
  }

  /// By repeated squaring, wrapping; for negative exponents the quotient `1 / x^-exponent`.
  static long pow(long x, long exponent) {
    if (exponent < 0) {
      return x == 1 ? 1 : x == -1 ? (exponent & 1) == 0 ? 1 : -1 : 0;
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

  static int sign(int x) {
    return Integer.signum(x);
  }

  static long sign(long x) {
    return Long.signum(x);
  }

  static float floorDiv(float x, float y) {
    return (float) floorDiv((double) x, (double) y);
  }

  /// The integer at or below the exact quotient, found from the exact remainder: the rounded
  /// quotient may reach the integer above.
  static double floorDiv(double x, double y) {
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

  static float mod(float x, float y) {
    return (float) mod((double) x, (double) y);
  }

  /// The remainder with the sign of `y`; Java's has the sign of `x` and is exact.
  static double mod(double x, double y) {
    double remainder = x % y;
    if (remainder == 0) {
      return Math.copySign(0.0, y);
    }
    return remainder < 0 != y < 0 && !Double.isNaN(remainder) ? remainder + y : remainder;
  }

  static double erf(double x) {
    return SpecialFunctions.erf(x);
  }

  static double erfc(double x) {
    return SpecialFunctions.erfc(x);
  }
}
