package arignote.tests.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.DoubleStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;

/// What the machine computes at most: the best of many tries, since anything else is a disturbance.
///
/// @param gemmFlops floating operations a second in a large product of `f32` matrices
record Roofline(int threads, double gemmFlops) {
  private static final int TRIES = 15;

  private static final int GEMM_SIZE = 2048;

  static Roofline measure(int threads) {
    return new Roofline(threads, gemmFlops(threads));
  }

  private static void all(ExecutorService workers, List<Callable<Object>> tasks) {
    try {
      for (Future<Object> done : workers.invokeAll(tasks)) {
        done.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /// By OpenBLAS with threads of its own, or by threads of ours that share the rows.
  private static double gemmFlops(int threads) {
    int n = GEMM_SIZE;
    int rows = n / threads;
    int before = openblas.blas_get_num_threads();
    try (ExecutorService workers = Executors.newFixedThreadPool(threads);
        FloatPointer a = ones(n * n);
        FloatPointer b = ones(n * n);
        FloatPointer c = ones(n * n)) {
      openblas.blas_set_num_threads(threads);
      double whole = 2.0 * n * n * n / fastestSeconds(() -> gemm(n, a, b, c));
      openblas.blas_set_num_threads(1);
      List<Callable<Object>> tasks = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        FloatPointer partA = a.getPointer((long) i * rows * n);
        FloatPointer partC = c.getPointer((long) i * rows * n);
        tasks.add(Executors.callable(() -> gemm(rows, partA, b, partC)));
      }
      double shared = 2.0 * rows * threads * n * n / fastestSeconds(() -> all(workers, tasks));
      return Math.max(whole, shared);
    } finally {
      openblas.blas_set_num_threads(before);
    }
  }

  private static void gemm(int rows, FloatPointer a, FloatPointer b, FloatPointer c) {
    int order = openblas.CblasRowMajor;
    int plain = openblas.CblasNoTrans;
    int n = GEMM_SIZE;
    openblas.cblas_sgemm(order, plain, plain, rows, n, n, 1, a, n, b, n, 0, c, n);
  }

  private static FloatPointer ones(int length) {
    float[] values = new float[length];
    Arrays.fill(values, 1);
    return new FloatPointer(values);
  }

  private static double fastestSeconds(Runnable work) {
    return DoubleStream.generate(
            () -> {
              long start = System.nanoTime();
              work.run();
              return (System.nanoTime() - start) / 1e9;
            })
        .limit(TRIES)
        .min()
        .orElseThrow();
  }
}
