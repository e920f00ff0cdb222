package arignote.backend.cpu.kernel;

import arignote.tensor.DType;

/// What formulas need to know of a float type.
///
/// @param mantissa how many bits of the significand are stored
/// @param bias what is added to an exponent to store it
/// @param ln2 the logarithm of 2, rounded; `n * ln2`, subtracted from its neighbour `x` with one
///   rounding, is exact
/// @param ln2Rest what is missing in it
record FloatFormat(int mantissa, int bias, double ln2, double ln2Rest) {
  private static final FloatFormat F32 =
      new FloatFormat(23, 127, 0.6931471824645996, -1.9046542121259336e-09);
  private static final FloatFormat F64 =
      new FloatFormat(52, 1023, 0.6931471805599453, 2.3190468138462996e-17);

  static FloatFormat of(DType dtype) {
    return switch (dtype) {
      case F32 -> F32;
      case F64 -> F64;
      case BOOL, I32, I64 -> throw new IllegalArgumentException(dtype + " is not a float");
    };
  }

  /// A number so large that floats around it are integers: adding it to a small number rounds that
  /// to an integer, which then is the lowest bits of the sum.
  double integers() {
    return 1.5 * power(mantissa);
  }

  /// Two to some power.
  static double power(int exponent) {
    return Math.scalb(1.0, exponent);
  }

  /// Numbers below it have no bits beside its own: `1 + x` is 1, `e^x - 1` is `x`.
  double tiny() {
    return power(-mantissa - 3);
  }

  /// The smallest normal number.
  double smallestNormal() {
    return power(1 - bias);
  }
}
