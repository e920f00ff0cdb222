package arignote.dsl;

import arignote.ir.Site;
import arignote.ir.TypeException;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/// Initial values of parameters. Drawn as doubles and then rounded, so a seed gives the same values
/// in every dtype.
public final class Initial {
  private static final int PIECE = 8192;

  private Initial() {}

  public static HostTensor zeros(DType dtype, long... shape) {
    return HostTensor.zeros(dtype, shape);
  }

  /// Uniform between `low` and `high`.
  public static HostTensor uniform(
      RandomGenerator random, double low, double high, DType dtype, long... shape) {
    return drawn(() -> low + (high - low) * random.nextDouble(), dtype, shape);
  }

  /// Normal with mean 0 and the given standard deviation.
  public static HostTensor normal(
      RandomGenerator random, double deviation, DType dtype, long... shape) {
    return drawn(() -> deviation * random.nextGaussian(), dtype, shape);
  }

  private static void checkFloats(DType dtype) {
    if (!dtype.isFloat()) {
      throw new TypeException(
              "initial: random values are floats, found %s; draw floats, and cast() them"
                  .formatted(dtype))
          .at(Site.current());
    }
  }

  /// A piece at a time, in an array: a JVM that has just started is slow with memory outside of its
  /// heap.
  private static HostTensor drawn(DoubleSupplier next, DType dtype, long... shape) {
    checkFloats(dtype);
    HostTensor tensor = HostTensor.zeros(dtype, shape);
    for (long start = 0; start < tensor.size(); start += PIECE) {
      double[] piece = new double[(int) Math.min(PIECE, tensor.size() - start)];
      for (int i = 0; i < piece.length; i++) {
        piece[i] = next.getAsDouble();
      }
      tensor.setDoubles(start, piece);
    }
    return tensor;
  }

  /// Uniform within `sqrt(6 / (in + out))` of 0 (Glorot, Bengio: Understanding the Difficulty of
  /// Training Deep Feedforward Neural Networks, 2010).
  public static HostTensor glorot(RandomGenerator random, DType dtype, long in, long out) {
    double limit = Math.sqrt(6.0 / (in + out));
    return uniform(random, -limit, limit, dtype, in, out);
  }

  /// A random orthogonal matrix `[n,n]`, uniform over all: the orthogonal factor of a normal matrix
  /// (Saxe, McClelland, Ganguli: Exact Solutions to the Nonlinear Dynamics of Learning in Deep
  /// Linear Networks, 2014).
  public static HostTensor orthogonal(RandomGenerator random, DType dtype, int n) {
    checkFloats(dtype);
    double[][] rows = new double[n][n];
    for (int i = 0; i < n; i++) {
      double norm;
      do {
        for (int j = 0; j < n; j++) {
          rows[i][j] = random.nextGaussian();
        }
        norm = orthogonalise(rows, i);
      } while (norm < 1e-6);
    }
    HostTensor tensor = HostTensor.zeros(dtype, n, n);
    for (int i = 0; i < n; i++) {
      tensor.setDoubles((long) i * n, rows[i]);
    }
    return tensor;
  }

  /// Takes out of row `i` its parts along the rows before it, twice against rounding, and makes it
  /// of length 1; returns the length it had, relative to its original one.
  private static double orthogonalise(double[][] rows, int i) {
    double[] row = rows[i];
    double original = Math.sqrt(dot(row, row));
    for (int pass = 0; pass < 2; pass++) {
      for (int k = 0; k < i; k++) {
        double along = dot(row, rows[k]);
        for (int j = 0; j < row.length; j++) {
          row[j] -= along * rows[k][j];
        }
      }
    }
    double norm = Math.sqrt(dot(row, row));
    for (int j = 0; j < row.length; j++) {
      row[j] /= norm;
    }
    return norm / original;
  }

  /// In four sums, so that an addition need not wait for the one before it.
  private static double dot(double[] x, double[] y) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    int whole = x.length & -4;
    for (int j = 0; j < whole; j += 4) {
      sum0 += x[j] * y[j];
      sum1 += x[j + 1] * y[j + 1];
      sum2 += x[j + 2] * y[j + 2];
      sum3 += x[j + 3] * y[j + 3];
    }
    for (int j = whole; j < x.length; j++) {
      sum0 += x[j] * y[j];
    }
    return sum0 + sum1 + (sum2 + sum3);
  }
}
