package arignote.tests.ops;

import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// The values that an operand is tested with.
///
/// @param low the smallest ordinary value
/// @param high the largest ordinary value
/// @param whole whether ordinary floats are integers, so that some are equal
/// @param specials values to mix in where an op is tested at its edges
/// @param smooth where the op has a gradient, if not between `low` and `high`: `[low, high]`
public record Domain(
    double low, double high, boolean whole, List<Double> specials, List<Double> smooth) {
  /// What every function of one float must get right.
  private static final List<Double> FLOAT_EDGES =
      List.of(
          0.0,
          -0.0,
          1.0,
          -1.0,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY,
          (double) Float.MAX_VALUE,
          (double) -Float.MAX_VALUE,
          (double) Float.MIN_NORMAL,
          0.5,
          -0.5,
          1.5,
          2.5,
          100.0,
          -100.0);

  public Domain {
    specials = List.copyOf(specials);
    smooth = List.copyOf(smooth);
  }

  /// Ordinary values only.
  public static Domain of(double low, double high) {
    return new Domain(low, high, false, List.of(), List.of());
  }

  /// One value only, of any dtype: 1 for true.
  public static Domain always(double value) {
    return wholeNumbers(value, value);
  }

  /// Integers, of any dtype.
  public static Domain wholeNumbers(double low, double high) {
    return new Domain(low, high, true, List.of(), List.of());
  }

  /// This domain with values mixed in, in cases about edges.
  public Domain withSpecials(List<Double> values) {
    return new Domain(low, high, whole, values, smooth);
  }

  /// This domain with zeros, infinities, NaN and the like mixed in.
  public Domain withEdges() {
    return withSpecials(FLOAT_EDGES);
  }

  /// This domain, its gradient being checked between other values.
  public Domain smoothBetween(double newLow, double newHigh) {
    return new Domain(low, high, whole, specials, List.of(newLow, newHigh));
  }

  /// Ordinary values.
  HostTensor ordinary(DType dtype, long[] shape, Random random) {
    HostTensor tensor = HostTensor.zeros(dtype, shape);
    for (long i = 0; i < tensor.size(); i++) {
      setOrdinary(tensor, i, random);
    }
    return tensor;
  }

  private void setOrdinary(HostTensor tensor, long index, Random random) {
    switch (tensor.dtype()) {
      case BOOL -> tensor.setLong(index, low == high ? (long) low : random.nextInt(2));
      case I32, I64 ->
          tensor.setLong(
              index, random.nextLong((long) Math.ceil(low), (long) Math.floor(high) + 1));
      case F32, F64 -> {
        double value = low + (high - low) * random.nextDouble();
        tensor.setDouble(index, whole ? Math.rint(value) : value);
      }
    }
  }

  /// Ordinary values, and among them special ones: for integers the largest and smallest.
  HostTensor special(DType dtype, long[] shape, Random random) {
    HostTensor tensor = ordinary(dtype, shape, random);
    for (long i = 0; i < tensor.size(); i++) {
      if (random.nextInt(3) > 0) {
        switch (dtype) {
          case BOOL -> {}
          case I32, I64 -> {
            long largest = dtype == DType.I32 ? Integer.MAX_VALUE : Long.MAX_VALUE;
            tensor.setLong(i, List.of(0L, 1L, -1L, largest, ~largest).get(random.nextInt(5)));
          }
          case F32, F64 -> tensor.setDouble(i, specials.get(random.nextInt(specials.size())));
        }
      }
    }
    return tensor;
  }

  /// Values to check gradients at: all different, by more than a numeric difference quotient
  /// bridges, also from those of other operands.
  ///
  /// @param operand which operand this is, of at most 8
  HostTensor separated(DType dtype, long[] shape, int operand, Random random) {
    if (!dtype.isFloat()) {
      return ordinary(dtype, shape, random);
    }
    HostTensor tensor = HostTensor.zeros(dtype, shape);
    double from = smooth.isEmpty() ? low : smooth.get(0);
    double to = smooth.isEmpty() ? high : smooth.get(1);
    List<Long> cells = new ArrayList<>();
    for (long cell = 0; cell < tensor.size(); cell++) {
      cells.add(cell);
    }
    Collections.shuffle(cells, random);
    double width = (to - from) / Math.max(1, cells.size());
    for (int i = 0; i < cells.size(); i++) {
      tensor.setDouble(i, from + width * (cells.get(i) + (operand + 1) / 9.0));
    }
    return tensor;
  }
}
