package arignote.tests.ops;

import arignote.ir.TensorType;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.Arrays;
import java.util.Optional;

/// How far a float may be from the one that the reference computes. Integers and bools must be the
/// same, as must NaN and infinities.
///
/// @param ulps units in the last place of the expected value
/// @param absolute a distance that is always allowed
public record Tolerance(double ulps, double absolute) {
  /// Every bit the same, the sign of zero too; but any NaN for any NaN.
  public static final Tolerance EXACT = new Tolerance(0, 0);

  /// So many units in the last place; results that are not normal numbers may be 0.
  public static Tolerance ulps(DType dtype, double ulps) {
    return new Tolerance(ulps, dtype == DType.F32 ? Float.MIN_NORMAL : Double.MIN_NORMAL);
  }

  /// The rounding errors of `terms` additions of values of at most `magnitude`.
  public static Tolerance ofSum(DType dtype, long terms, double magnitude) {
    return new Tolerance(1, epsilon(dtype) * terms * magnitude);
  }

  /// The distance between 1 and the next larger number.
  public static double epsilon(DType dtype) {
    return dtype == DType.F32 ? Math.ulp(1f) : Math.ulp(1.0);
  }

  /// What is wrong with a tensor: its type, or the first element that is too far away; empty if it
  /// is close enough.
  public Optional<String> mismatch(HostTensor expected, HostTensor actual) {
    if (expected.dtype() != actual.dtype() || !Arrays.equals(expected.shape(), actual.shape())) {
      return Optional.of("expected " + typeOf(expected) + ", found " + typeOf(actual));
    }
    long wrong = 0;
    String first = "";
    for (long i = 0; i < expected.size(); i++) {
      if (!isClose(expected, actual, i)) {
        first = wrong == 0 ? describe(expected, actual, i) : first;
        wrong++;
      }
    }
    return wrong == 0
        ? Optional.empty()
        : Optional.of("%s (%d of %d elements differ)".formatted(first, wrong, expected.size()));
  }

  private boolean isClose(HostTensor expected, HostTensor actual, long index) {
    if (!expected.dtype().isFloat()) {
      return expected.getLong(index) == actual.getLong(index);
    }
    double wanted = expected.getDouble(index);
    double found = actual.getDouble(index);
    if (equals(EXACT) || !Double.isFinite(wanted) || !Double.isFinite(found)) {
      return Double.compare(wanted, found) == 0;
    }
    return Math.abs(wanted - found) <= ulps * ulp(expected.dtype(), wanted) + absolute;
  }

  private static double ulp(DType dtype, double value) {
    return dtype == DType.F32 ? Math.ulp((float) value) : Math.ulp(value);
  }

  private String describe(HostTensor expected, HostTensor actual, long index) {
    String position = "element %d of %s: ".formatted(index, typeOf(expected));
    if (!expected.dtype().isFloat()) {
      return position
          + "expected %d, found %d".formatted(expected.getLong(index), actual.getLong(index));
    }
    double wanted = expected.getDouble(index);
    double found = actual.getDouble(index);
    return position
        + "expected %s, found %s, %.3g ulps apart; %s"
            .formatted(
                wanted, found, Math.abs(wanted - found) / ulp(expected.dtype(), wanted), this);
  }

  private static TensorType typeOf(HostTensor tensor) {
    return TensorType.of(tensor.dtype(), tensor.shape());
  }

  /// `4.0 ulps + 1.0E-6 allowed`.
  @Override
  public String toString() {
    return equals(EXACT) ? "the same bits required" : ulps + " ulps + " + absolute + " allowed";
  }
}
