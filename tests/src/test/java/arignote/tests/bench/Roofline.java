package arignote.tests.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.DoubleStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;

/// What the machine can do at most: the best of many tries, since anything else is a disturbance.
///
/// @param copyBytes bytes read and written a second by copying memory
/// @param gemmFlops floating operations a second in a large product of `f32` matrices
record Roofline(int threads, double copyBytes, double gemmFlops) {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int TRIES = 15;

  /// As large as the arrays of the elementwise case, and far larger than caches.
  private static final long[] COPIED_BYTES = {40_000_000, 256L << 20};

  private static final int GEMM_SIZE = 2048;

  private interface Copy {
    void copy(MemorySegment from, MemorySegment to);
  }

  static Roofline measure(int threads) {
    return new Roofline(threads, copyBytes(threads), gemmFlops(threads));
  }

  private static double copyBytes(int threads) {
    List<Copy> ways = List.of((from, to) -> to.copyFrom(from), Roofline::copyVectors);
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      return Arrays.stream(COPIED_BYTES)
          .boxed()
          .flatMapToDouble(
              bytes -> ways.stream().mapToDouble(way -> copyBytes(workers, threads, bytes, way)))
          .max()
          .orElseThrow();
    }
  }

  private static double copyBytes(ExecutorService workers, int threads, long bytes, Copy way) {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment from = arena.allocate(bytes, 64);
      MemorySegment to = arena.allocate(bytes, 64);
      long part = bytes / threads / 64 * 64;
      List<Callable<Object>> tasks = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        MemorySegment partFrom = from.asSlice(i * part, part);
        MemorySegment partTo = to.asSlice(i * part, part);
        tasks.add(Executors.callable(() -> way.copy(partFrom, partTo)));
      }
      return 2 * part * threads / fastestSeconds(() -> all(workers, tasks));
    }
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

  private static void copyVectors(MemorySegment from, MemorySegment to) {
    ByteOrder order = ByteOrder.nativeOrder();
    for (long i = 0; i < from.byteSize(); i += SPECIES.vectorByteSize()) {
      FloatVector.fromMemorySegment(SPECIES, from, i, order).intoMemorySegment(to, i, order);
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
