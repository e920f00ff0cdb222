package arignote.backend.cpu.blas;

import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.backend.cpu.blas.Blas.Matrix;
import arignote.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Several threads may call the library at once: each gets the bits that one alone gets. It has had
/// faults there, so a long run is worth while on a new version: `-Dblas.calls=1000000`.
class ConcurrentCallsTest {
  private static final int CALLS = Integer.getInteger("blas.calls", 10_000);

  /// Rows, columns and terms of products; of 1 column, products with a vector. Small and large
  /// ones, which take different ways through the library.
  private static final int[][] SIZES = {
    {3, 5, 7}, {8, 512, 128}, {16, 2, 128}, {33, 17, 65}, {128, 1, 300}, {160, 512, 128}
  };

  private static final Blas BLAS = Blas.load();

  /// One product with operands of its own.
  private record Product(BlasCall call, MemorySegment x, MemorySegment y, long results) {
    static Product of(int[] sizes, Arena arena) {
      int m = sizes[0];
      int n = sizes[1];
      int k = sizes[2];
      Random random = new Random(m + 31L * n + 977L * k);
      BlasCall call =
          n == 1
              ? BLAS.gemv(DType.F32, m, k, 1, new Matrix(false, k), 1, 0, 1)
              : BLAS.gemm(DType.F32, m, n, k, 1, new Matrix(false, k), new Matrix(false, n), 0, n);
      return new Product(
          call, random(random, arena, m * k), random(random, arena, k * n), (long) m * n);
    }

    private static MemorySegment random(Random random, Arena arena, int count) {
      MemorySegment values = arena.allocate(ValueLayout.JAVA_FLOAT, count);
      for (int i = 0; i < count; i++) {
        values.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
      }
      return values;
    }

    void run(MemorySegment result) {
      call.run(x.address(), y.address(), result.address());
    }
  }

  private static List<Product> products(Arena arena) {
    List<Product> products = new ArrayList<>();
    for (int[] sizes : SIZES) {
      products.add(Product.of(sizes, arena));
    }
    return products;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8})
  void resultsAreThoseOfOneThread(int threads) throws Exception {
    try (Arena arena = Arena.ofShared();
        ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      List<MemorySegment> expected = new ArrayList<>();
      for (Product product : products(arena)) {
        MemorySegment result = arena.allocate(ValueLayout.JAVA_FLOAT, product.results);
        product.run(result);
        expected.add(result);
      }
      List<Callable<Integer>> tasks = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        List<Product> own = products(arena);
        int first = thread;
        tasks.add(() -> wrong(own, expected, first, CALLS / threads));
      }
      for (Future<Integer> wrong : workers.invokeAll(tasks)) {
        assertEquals(0, wrong.get(), "wrong results of " + CALLS / threads);
      }
    }
  }

  /// How many of some calls give other bits than expected.
  private static int wrong(
      List<Product> products, List<MemorySegment> expected, int first, int calls) {
    int wrong = 0;
    try (Arena arena = Arena.ofConfined()) {
      List<MemorySegment> results =
          expected.stream().map(result -> arena.allocate(result.byteSize(), 64)).toList();
      for (int call = 0; call < calls; call++) {
        int which = (first + call) % products.size();
        MemorySegment result = results.get(which).fill((byte) -1);
        products.get(which).run(result);
        wrong += result.mismatch(expected.get(which)) < 0 ? 0 : 1;
      }
    }
    return wrong;
  }
}
