package arignote.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Apply;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.op.Cumulate;
import arignote.ir.op.CumulateFn;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import arignote.tests.ops.Tolerance;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Cumulative ops in each of the ways that threads share lines: what the reference computes, with
/// the same bits whatever order threads run in, and no kernel more than that takes. `-Dcuda.seed`
/// is the seed of elements and orders.
class CudaCumulateTest {
  private static final long SEED = Long.getLong("cuda.seed", 5);

  record Case(CumulateFn fn, DType dtype, int axis, boolean reverse, long... shape) {
    Apply apply() {
      Input x = new Input("x", TensorType.of(dtype, shape));
      return Apply.of(new Cumulate(fn, axis, reverse), List.of(x));
    }

    HostTensor input() {
      Random random = new Random(SEED);
      HostTensor x = HostTensor.zeros(dtype, shape);
      for (long i = 0; i < x.size(); i++) {
        if (!dtype.isFloat()) {
          x.setLong(i, fn == CumulateFn.PROD ? 2 * random.nextLong() + 1 : random.nextLong());
        } else if (fn == CumulateFn.PROD) {
          x.setDouble(i, random.nextDouble(0.98, 1.02));
        } else {
          x.setDouble(i, random.nextDouble(-1, 1));
        }
      }
      return x;
    }

    Tolerance tolerance() {
      return switch (fn) {
        case SUM -> dtype.isFloat() ? Tolerance.ofSum(dtype, shape[axis], 1) : Tolerance.EXACT;
        case PROD -> dtype.isFloat() ? Tolerance.ulps(dtype, shape[axis] + 1.0) : Tolerance.EXACT;
        case MAX, MIN -> Tolerance.EXACT;
      };
    }

    @Override
    public String toString() {
      return apply() + ", seed " + SEED;
    }
  }

  /// Around the sizes of a warp's and a block's tile, and of what is divided into parts.
  private static Stream<Case> cases() {
    return Stream.of(CumulateFn.values())
        .flatMap(fn ->
            Stream.of(
                new Case(fn, DType.F32, 0, false, 127),
                new Case(fn, DType.F32, 0, true, 128),
                new Case(fn, DType.F64, 0, false, 129),
                new Case(fn, DType.F32, 1, false, 40, 1023),
                new Case(fn, DType.F64, 1, true, 40, 1025),
                new Case(fn, DType.F32, 0, false, 4096),
                new Case(fn, DType.F64, 1, true, 2, 6145),
                new Case(fn, DType.I32, 0, false, 5000),
                new Case(fn, DType.I64, 1, false, 3, 4097, 2),
                new Case(fn, DType.F32, 0, false, 20, 9000)));
  }

  @BeforeAll
  static void prepare() {
    StandIn.prepare();
    System.out.println("elements of cumulative ops with the seed " + SEED + ".");
  }

  @AfterEach
  void restore() {
    StandIn.restoreOrder();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void asTheReference(Case tested) {
    NodeOnGpu.of(tested.apply()).assertAsTheReference(tested.tolerance(), List.of(tested.input()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void sameBitsInAnyOrderOfThreads(Case tested) {
    NodeOnGpu.of(tested.apply()).assertSameBitsInAnyOrderOfThreads(SEED, List.of(tested.input()));
  }

  /// What a thread or a block has together would be infinite by itself.
  @Test
  void behindZeroProductsAreZeroAndWhatUnderflowsMayComeBack() {
    Case zero = new Case(CumulateFn.PROD, DType.F64, 0, false, 5000);
    HostTensor x = HostTensor.zeros(DType.F64, 5000);
    for (int i = 1; i < 5000; i++) {
      x.setDouble(i, 1e200);
    }
    for (double y : NodeOnGpu.of(zero.apply()).call(List.of(x)).getFirst().toDoubleArray()) {
      assertEquals(0, y);
    }
    HostTensor small = HostTensor.zeros(DType.F64, 5000);
    for (int i = 0; i < 5000; i++) {
      small.setDouble(i, i == 0 ? 1e-300 : i == 2000 || i == 2001 ? 1e200 : 1);
    }
    double last = NodeOnGpu.of(zero.apply()).call(List.of(small)).getFirst().getDouble(4999);
    assertEquals(1e100, last, 1e86);
  }

  @Test
  void fewLongLinesAreDividedAmongBlocks() {
    String one = plan(new Case(CumulateFn.SUM, DType.F32, 0, false, 1 << 20));
    assertEquals(1, count(one, "  parts "), one);
    assertEquals(1, count(one, "  cumsum "), one);
    String many = plan(new Case(CumulateFn.SUM, DType.F32, 1, false, 10_000, 2000));
    assertEquals(0, count(many, "  parts "), many);
    // A block of a short line would have fewer threads.
    String narrow = plan(new Case(CumulateFn.PROD, DType.F32, 1, true, 10_000, 16));
    assertTrue(narrow.contains("x 256 threads"), narrow);
    String columns = plan(new Case(CumulateFn.PROD, DType.F32, 0, true, 500, 100_000));
    assertTrue(columns.contains("x 256 threads"), columns);
  }

  private static String plan(Case tested) {
    return NodeOnGpu.of(tested.apply()).plan();
  }

  private static int count(String text, String part) {
    return text.split(part, -1).length - 1;
  }
}
