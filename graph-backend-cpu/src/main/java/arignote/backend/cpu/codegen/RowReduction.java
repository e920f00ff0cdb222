package arignote.backend.cpu.codegen;

import arignote.ir.op.ReduceFn;
import arignote.tensor.DType;

/// Combines the elements of one row into one, or each with those before it, floats in double
/// precision. In vectors, sums of `f32` are those of [FloatRows], of `f64` those of [DoubleRows],
/// whose Javadoc bounds their error; element by element, `n` additions err by at most `n * 2^-53`
/// times the sum of absolute values.
public final class RowReduction {
  /// Shorter rows are not worth vectors.
  private static final int SHORTEST = 64;

  private final ReduceFn fn;
  private final DType dtype;
  private final boolean vectors;

  public RowReduction(ReduceFn fn, DType dtype, boolean vectors) {
    this.fn = fn;
    this.dtype = dtype;
    this.vectors = vectors;
  }

  /// Whether the elements are floats, whose results are the bits of doubles.
  private boolean isFloat() {
    return dtype.isFloat();
  }

  /// The result of no elements: of integers the value, of floats the bits of it as a double.
  public long empty() {
    return switch (fn) {
      case SUM -> isFloat() ? Double.doubleToRawLongBits(0) : 0;
      case PROD -> isFloat() ? Double.doubleToRawLongBits(1) : 1;
      case MAX ->
          isFloat()
              ? Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY)
              : dtype == DType.I32 ? Integer.MIN_VALUE : Long.MIN_VALUE;
      case MIN ->
          isFloat()
              ? Double.doubleToRawLongBits(Double.POSITIVE_INFINITY)
              : dtype == DType.I32 ? Integer.MAX_VALUE : Long.MAX_VALUE;
      case ANY -> 0;
      case ALL -> 1;
    };
  }

  /// The result of what two results came from. Sums and products of `i32` are the lower halves of
  /// those in 64 bits.
  public long combine(long left, long right) {
    if (!isFloat()) {
      return switch (fn) {
        case SUM -> left + right;
        case PROD -> left * right;
        case MAX -> Math.max(left, right);
        case MIN -> Math.min(left, right);
        case ANY -> left | right;
        case ALL -> left & right;
      };
    }
    double x = Double.longBitsToDouble(left);
    double y = Double.longBitsToDouble(right);
    return Double.doubleToRawLongBits(combine(x, y));
  }

  private double combine(double x, double y) {
    return switch (fn) {
      case SUM -> x + y;
      case PROD -> x * y;
      case MAX -> Math.max(x, y);
      case MIN -> Math.min(x, y);
      case ANY, ALL -> throw new IllegalStateException(fn + " of floats");
    };
  }

  /// Writes a result as an element.
  public void put(long address, long result) {
    switch (dtype) {
      case BOOL -> Memory.putByte(address, (int) result);
      case I32 -> Memory.putInt(address, (int) result);
      case I64 -> Memory.putLong(address, result);
      case F32 -> Memory.putFloat(address, (float) Double.longBitsToDouble(result));
      case F64 -> Memory.putDouble(address, Double.longBitsToDouble(result));
    }
  }

  /// The result of a row.
  ///
  /// @param stride the distance between elements in bytes
  /// @param scratch room for one vector
  public long row(long address, long stride, long count, long scratch) {
    if (vectors
        && isFloat()
        && stride == dtype.bytes()
        && count >= SHORTEST
        && fn != ReduceFn.PROD) {
      return Double.doubleToRawLongBits(
          dtype == DType.F32 ? floats(address, count, scratch) : doubles(address, count, scratch));
    }
    return switch (dtype) {
      case BOOL -> bools(address, stride, count);
      case I32, I64 -> integers(address, stride, count);
      case F32, F64 -> Double.doubleToRawLongBits(scalar(address, stride, count));
    };
  }

  private double floats(long address, long count, long scratch) {
    return switch (fn) {
      case SUM -> FloatRows.sum(address, count, scratch);
      case MAX -> FloatRows.max(address, count);
      case MIN -> FloatRows.min(address, count);
      case PROD, ANY, ALL -> throw new IllegalStateException(fn + " in vectors");
    };
  }

  private double doubles(long address, long count, long scratch) {
    return switch (fn) {
      case SUM -> DoubleRows.sum(address, count, scratch);
      case MAX -> DoubleRows.max(address, count);
      case MIN -> DoubleRows.min(address, count);
      case PROD, ANY, ALL -> throw new IllegalStateException(fn + " in vectors");
    };
  }

  private double scalar(long address, long stride, long count) {
    double result = Double.longBitsToDouble(empty());
    for (long i = 0; i < count; i++) {
      result = combine(result, floatAt(address + i * stride));
    }
    return result;
  }

  private long integers(long address, long stride, long count) {
    long result = empty();
    for (long i = 0; i < count; i++) {
      result = combine(result, integerAt(address + i * stride));
    }
    return result;
  }

  private long bools(long address, long stride, long count) {
    long stop = fn == ReduceFn.ANY ? 1 : 0;
    for (long i = 0; i < count; i++) {
      if (Memory.getByte(address + i * stride) == stop) {
        return stop;
      }
    }
    return 1 - stop;
  }

  /// Writes the result of each element of a row and all before it, one after the other; not of
  /// bools.
  ///
  /// @param stride the distance between elements in bytes
  /// @param toStride that between results
  public void running(long address, long stride, long to, long toStride, long count) {
    if (isFloat()) {
      runningFloats(address, stride, to, toStride, count);
    } else {
      runningIntegers(address, stride, to, toStride, count);
    }
  }

  private void runningFloats(long address, long stride, long to, long toStride, long count) {
    double result = Double.longBitsToDouble(empty());
    for (long i = 0; i < count; i++) {
      result = combine(result, floatAt(address + i * stride));
      if (dtype == DType.F32) {
        Memory.putFloat(to + i * toStride, (float) result);
      } else {
        Memory.putDouble(to + i * toStride, result);
      }
    }
  }

  private void runningIntegers(long address, long stride, long to, long toStride, long count) {
    long result = empty();
    for (long i = 0; i < count; i++) {
      result = combine(result, integerAt(address + i * stride));
      if (dtype == DType.I32) {
        Memory.putInt(to + i * toStride, (int) result);
      } else {
        Memory.putLong(to + i * toStride, result);
      }
    }
  }

  private double floatAt(long address) {
    return dtype == DType.F32 ? Memory.getFloat(address) : Memory.getDouble(address);
  }

  private long integerAt(long address) {
    return dtype == DType.I32 ? Memory.getInt(address) : Memory.getLong(address);
  }
}
