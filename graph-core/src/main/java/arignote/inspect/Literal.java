package arignote.inspect;

import arignote.ir.Constant;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;

/// Constants as expressions spell them: `2` where an operand beside it says of which dtype, else
/// `f32(2)` and `f32([1.0, 2.0])`.
final class Literal {
  /// Longer constants are not spelled out.
  private static final int MOST_ELEMENTS = 64;

  /// From here on not every integer is a double.
  private static final long LARGEST_EXACT = 1L << 53;

  private Literal() {}

  /// Whether a number says all about a value of its dtype.
  static boolean isBare(DType dtype, double value) {
    return dtype.isFloat() || dtype.isInteger() && Math.abs(value) < LARGEST_EXACT;
  }

  /// The number alone.
  static String number(DType dtype, double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e9) {
      return value == 0 && 1 / value < 0 ? "-0" : Long.toString((long) value);
    }
    return switch (dtype) {
      case F32 -> Float.toString((float) value);
      case F64 -> Double.toString(value);
      case BOOL, I32, I64 -> Long.toString((long) value);
    };
  }

  /// A constant with its dtype.
  static String typed(Constant constant) {
    HostTensor value = constant.value();
    DType dtype = value.dtype();
    if (value.size() > MOST_ELEMENTS) {
      return constant.type() + "(...)";
    }
    if (dtype == DType.BOOL && value.rank() == 0) {
      return value.elementsToString();
    }
    boolean isPlain = value.rank() == 0 && isBare(dtype, value.item());
    return dtype + "(" + (isPlain ? number(dtype, value.item()) : value.elementsToString()) + ")";
  }
}
