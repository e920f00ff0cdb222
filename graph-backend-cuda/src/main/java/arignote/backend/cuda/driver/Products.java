package arignote.backend.cuda.driver;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import arignote.runtime.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Matrix products through cuBLAS on one stream, all matrices row by row; until it is closed. For
/// one thread at a time.
public final class Products implements AutoCloseable {
  /// `CUBLAS_TF32_TENSOR_OP_MATH`.
  private static final int TENSOR_FLOATS = 3;

  /// `CUBLAS_DEFAULT_MATH`.
  private static final int EXACT = 0;

  private final Cublas cublas;
  private final MemorySegment handle;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment alpha = arena.allocate(8, 8);
  private final MemorySegment beta = arena.allocate(8, 8);

  private boolean tensorFloats;

  Products(Cublas cublas, MemorySegment handle) {
    this.cublas = cublas;
    this.handle = handle;
  }

  /// Has products run on a stream, with memory that lives as long as they do: what is captured must
  /// not depend on memory that cuBLAS might free.
  void use(Stream stream, long workspace, long bytes) {
    Cublas.check(
        cublas.call("cublasSetStream_v2", handle, stream.address()), "the stream is not taken");
    Cublas.check(
        cublas.call("cublasSetWorkspace_v2", handle, workspace, bytes),
        "its workspace is not taken");
  }

  /// Says whether the products that follow, of `f32`, may round their operands to TF32.
  public void tensorFloats(boolean allowed) {
    if (allowed != tensorFloats) {
      Cublas.check(
          cublas.call("cublasSetMathMode", handle, allowed ? TENSOR_FLOATS : EXACT),
          "TF32 cannot be switched on or off");
      tensorFloats = allowed;
    }
  }

  /// A matrix operand.
  ///
  /// @param transposed whether it lies in memory column by column
  /// @param leading the distance from one row, or column, to the next in elements
  /// @param stride the distance from the matrix of one product to that of the next in elements
  public record Matrix(boolean transposed, int leading, long stride) {
    private int operation() {
      return transposed ? 1 : 0;
    }
  }

  /// The sizes of `count` products `result[m,n] = x[m,k] y[k,n]`.
  public record Sizes(int m, int n, int k, int count) {}

  /// `result = alpha x y + beta result`, which is not read if `beta` is 0. No size may be 0.
  ///
  /// cuBLAS knows matrices column by column. Row by row, `result` is its own transpose `y' x'`.
  public void multiply(
      boolean isDouble,
      Sizes sizes,
      double alpha,
      long xAddress,
      Matrix x,
      long yAddress,
      Matrix y,
      double beta,
      long resultAddress,
      Matrix result) {
    put(this.alpha, isDouble, alpha);
    put(this.beta, isDouble, beta);
    int status;
    try {
      status =
          (int)
              cublas
                  .gemm(isDouble)
                  .invokeExact(
                      handle,
                      y.operation(),
                      x.operation(),
                      sizes.n(),
                      sizes.m(),
                      sizes.k(),
                      this.alpha,
                      yAddress,
                      y.leading(),
                      y.stride(),
                      xAddress,
                      x.leading(),
                      x.stride(),
                      this.beta,
                      resultAddress,
                      result.leading(),
                      result.stride(),
                      sizes.count());
    } catch (Throwable e) {
      throw new DeviceException("gpu: cuBLAS: a product failed: " + e, e);
    }
    Cublas.check(status, "a product of %s failed".formatted(sizes));
  }

  private static void put(MemorySegment scale, boolean isDouble, double value) {
    if (isDouble) {
      scale.set(JAVA_DOUBLE, 0, value);
    } else {
      scale.set(JAVA_FLOAT, 0, (float) value);
    }
  }

  @Override
  public void close() {
    cublas.call("cublasDestroy_v2", handle);
    arena.close();
  }
}
