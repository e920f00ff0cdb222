package arignote.backend.cpu.blas;

import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;

/// Products through OpenBLAS, all matrices row by row.
///
/// The number of threads is a setting of the whole process. It is changed only from call to call,
/// so that a small product does not pay for waking threads; when several Java threads call at once,
/// a product may run with the other's number, which changes its speed only.
public final class Blas {
  private static final int ROW_MAJOR = openblas.CblasRowMajor;

  private Blas() {}

  /// Loads the library.
  ///
  /// @throws LinkageError if it cannot be loaded
  public static Blas load() {
    Loader.load(openblas.class);
    openblas.blas_set_num_threads(1);
    return new Blas();
  }

  /// A matrix operand.
  ///
  /// @param transposed whether it lies in memory column by column
  /// @param leading the distance from one row, or column, to the next in elements
  public record Matrix(boolean transposed, int leading) {
    private int trans() {
      return transposed ? openblas.CblasTrans : openblas.CblasNoTrans;
    }
  }

  /// `result[m,n] = alpha x[m,k] y[k,n] + beta result[m,n]`, which is not read if `beta` is 0. No
  /// size may be 0.
  public BlasCall gemm(
      DType dtype,
      int m,
      int n,
      int k,
      double alpha,
      Matrix x,
      Matrix y,
      double beta,
      int resultLeading) {
    List<String> arguments =
        arguments(
            List.of("m=" + m, "n=" + n, "k=" + k),
            Map.of("left transposed", x.transposed, "right transposed", y.transposed),
            alpha,
            beta);
    return new BlasCall(
        prefix(dtype) + "gemm",
        arguments,
        gemmRoutine(dtype, m, n, k, alpha, x, y, beta, resultLeading));
  }

  private static String prefix(DType dtype) {
    return dtype == DType.F32 ? "s" : "d";
  }

  private static List<String> arguments(
      List<String> sizes, Map<String, Boolean> flags, double alpha, double beta) {
    List<String> arguments = new ArrayList<>(sizes);
    new TreeMap<>(flags)
        .forEach((name, isSet) -> {
          if (isSet) {
            arguments.add(name);
          }
        });
    if (alpha != 1) {
      arguments.add("alpha=" + alpha);
    }
    if (beta != 0) {
      arguments.add("beta=" + beta);
    }
    return arguments;
  }

  private static BlasCall.Routine gemmRoutine(
      DType dtype,
      int m,
      int n,
      int k,
      double alpha,
      Matrix x,
      Matrix y,
      double beta,
      int resultLeading) {
    int transX = x.trans();
    int transY = y.trans();
    int ldx = x.leading;
    int ldy = y.leading;
    if (dtype == DType.F32) {
      FloatAddress a = new FloatAddress();
      FloatAddress b = new FloatAddress();
      FloatAddress c = new FloatAddress();
      float scale = (float) alpha;
      float resultScale = (float) beta;
      return (xAddress, yAddress, result) -> {
        openblas.cblas_sgemm(
            ROW_MAJOR,
            transX,
            transY,
            m,
            n,
            k,
            scale,
            a.at(xAddress),
            ldx,
            b.at(yAddress),
            ldy,
            resultScale,
            c.at(result),
            resultLeading);
      };
    }
    DoubleAddress a = new DoubleAddress();
    DoubleAddress b = new DoubleAddress();
    DoubleAddress c = new DoubleAddress();
    return (xAddress, yAddress, result) -> {
      openblas.cblas_dgemm(
          ROW_MAJOR,
          transX,
          transY,
          m,
          n,
          k,
          alpha,
          a.at(xAddress),
          ldx,
          b.at(yAddress),
          ldy,
          beta,
          c.at(result),
          resultLeading);
    };
  }

  /// `result[rows] = alpha matrix[rows,columns] vector[columns] + beta result[rows]`, which is not
  /// read if `beta` is 0; the matrix is the left operand of the call. No size may be 0, no step
  /// below 1.
  public BlasCall gemv(
      DType dtype,
      int rows,
      int columns,
      double alpha,
      Matrix matrix,
      int vectorStep,
      double beta,
      int resultStep) {
    List<String> arguments =
        arguments(
            List.of("m=" + rows, "n=" + columns),
            Map.of("transposed", matrix.transposed),
            alpha,
            beta);
    return new BlasCall(
        prefix(dtype) + "gemv",
        arguments,
        gemvRoutine(dtype, rows, columns, alpha, matrix, vectorStep, beta, resultStep));
  }

  private static BlasCall.Routine gemvRoutine(
      DType dtype,
      int rows,
      int columns,
      double alpha,
      Matrix matrix,
      int vectorStep,
      double beta,
      int resultStep) {
    int trans = matrix.trans();
    int height = matrix.transposed ? columns : rows;
    int width = matrix.transposed ? rows : columns;
    int leading = matrix.leading;
    if (dtype == DType.F32) {
      FloatAddress a = new FloatAddress();
      FloatAddress b = new FloatAddress();
      FloatAddress c = new FloatAddress();
      float scale = (float) alpha;
      float resultScale = (float) beta;
      return (x, y, result) -> {
        openblas.cblas_sgemv(
            ROW_MAJOR,
            trans,
            height,
            width,
            scale,
            a.at(x),
            leading,
            b.at(y),
            vectorStep,
            resultScale,
            c.at(result),
            resultStep);
      };
    }
    DoubleAddress a = new DoubleAddress();
    DoubleAddress b = new DoubleAddress();
    DoubleAddress c = new DoubleAddress();
    return (x, y, result) -> {
      openblas.cblas_dgemv(
          ROW_MAJOR,
          trans,
          height,
          width,
          alpha,
          a.at(x),
          leading,
          b.at(y),
          vectorStep,
          beta,
          c.at(result),
          resultStep);
    };
  }

  /// A pointer that is set to one address after another.
  private static final class FloatAddress extends FloatPointer {
    FloatAddress() {
      super((org.bytedeco.javacpp.Pointer) null);
    }

    FloatAddress at(long newAddress) {
      address = newAddress;
      return this;
    }
  }

  private static final class DoubleAddress extends DoublePointer {
    DoubleAddress() {
      super((org.bytedeco.javacpp.Pointer) null);
    }

    DoubleAddress at(long newAddress) {
      address = newAddress;
      return this;
    }
  }
}
