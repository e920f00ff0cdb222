package arignote.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Apply;
import arignote.ir.EvaluationException;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.op.Scatter;
import arignote.ir.op.ScatterFn;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import arignote.tests.ops.BackendComparison;
import arignote.tests.ops.Tolerance;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Scatters of as many updates as have to be sorted by several blocks, and of updates that all, or
/// none, have one place: what the reference computes, with the same bits whatever order threads run
/// in. `-Dcuda.seed` is the seed of indices and orders.
class CudaScatterTest {
  private static final String ATOMICS = "arignote.cuda.atomics";
  private static final long SEED = Long.getLong("cuda.seed", 5);

  /// How indices are spread over an axis.
  enum Spread {
    RANDOM,
    ALL_FIRST,
    ALL_LAST,
    TWO_IN_TURNS,
    ASCENDING,
    DESCENDING
  }

  /// @param before the length of an axis before that of the indices
  record Case(
      ScatterFn fn,
      DType dtype,
      DType index,
      Spread spread,
      int batches,
      int before,
      int length,
      int count,
      int elements) {
    Apply apply() {
      Input x = new Input("x", TensorType.of(dtype, batches, before, length, elements));
      Input indices = new Input("indices", TensorType.of(index, batches, count));
      Input updates = new Input("updates", TensorType.of(dtype, batches, before, count, elements));
      return Apply.of(new Scatter(fn, 2, 1), List.of(x, indices, updates));
    }

    List<HostTensor> inputs() {
      Random random = new Random(SEED);
      HostTensor x = HostTensor.zeros(dtype, batches, before, length, elements);
      HostTensor indices = HostTensor.zeros(index, batches, count);
      HostTensor updates = HostTensor.zeros(dtype, batches, before, count, elements);
      for (HostTensor tensor : List.of(x, updates)) {
        for (long i = 0; i < tensor.size(); i++) {
          if (dtype.isFloat()) {
            tensor.setDouble(i, random.nextDouble(-1, 1));
          } else {
            tensor.setLong(i, random.nextLong());
          }
        }
      }
      IntToLongFunction place =
          switch (spread) {
            case RANDOM -> _ -> random.nextInt(length);
            case ALL_FIRST -> _ -> 0;
            case ALL_LAST -> _ -> length - 1;
            case TWO_IN_TURNS -> i -> i % 2 == 0 ? length - 1 : 0;
            case ASCENDING -> i -> i % length;
            case DESCENDING -> i -> length - 1 - i % length;
          };
      for (int i = 0; i < batches * count; i++) {
        indices.setLong(i, place.applyAsLong(i));
      }
      return List.of(x, indices, updates);
    }

    Tolerance tolerance() {
      return fn == ScatterFn.SET || !dtype.isFloat()
          ? Tolerance.EXACT
          : Tolerance.ofSum(dtype, count + 1, 1);
    }
  }

  private static Stream<Case> cases() {
    return Stream.of(
        // Around the sizes of a warp, a piece, a tile.
        of(Spread.RANDOM, 7, 1),
        of(Spread.RANDOM, 31, 33),
        of(Spread.RANDOM, 10, 64),
        of(Spread.RANDOM, 10, 65),
        of(Spread.RANDOM, 300, 1023),
        of(Spread.RANDOM, 300, 1024),
        of(Spread.RANDOM, 300, 1025),
        of(Spread.RANDOM, 5000, 5000),
        of(Spread.ALL_FIRST, 1, 3000),
        of(Spread.ALL_FIRST, 50, 3000),
        of(Spread.ALL_LAST, 50, 3000),
        of(Spread.TWO_IN_TURNS, 50, 4097),
        of(Spread.ASCENDING, 4096, 4096),
        of(Spread.ASCENDING, 100, 3000),
        of(Spread.DESCENDING, 4096, 4096),
        of(Spread.DESCENDING, 100, 3000),
        new Case(ScatterFn.ADD, DType.F64, DType.I32, Spread.RANDOM, 3, 4, 20, 700, 5),
        new Case(ScatterFn.ADD, DType.I64, DType.I32, Spread.RANDOM, 3, 4, 20, 700, 5),
        new Case(ScatterFn.ADD, DType.I32, DType.I64, Spread.ALL_LAST, 2, 3, 9, 600, 3),
        new Case(ScatterFn.SET, DType.F32, DType.I64, Spread.RANDOM, 3, 4, 20, 700, 5),
        new Case(ScatterFn.SET, DType.I64, DType.I64, Spread.ALL_FIRST, 1, 1, 2, 3000, 2),
        new Case(ScatterFn.SET, DType.F64, DType.I32, Spread.TWO_IN_TURNS, 2, 2, 8, 800, 1));
  }

  private static Case of(Spread spread, int length, int count) {
    return new Case(ScatterFn.ADD, DType.F32, DType.I64, spread, 1, 1, length, count, 2);
  }

  @BeforeAll
  static void prepare() {
    StandIn.prepare();
    System.out.println("indices of scatters with the seed " + SEED + ".");
  }

  @AfterEach
  void restore() {
    StandIn.restoreOrder();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void asTheReference(Case tested) {
    NodeOnGpu.of(tested.apply()).assertAsTheReference(tested.tolerance(), tested.inputs());
  }

  private static NodeOnGpu withAtomics(Apply apply) {
    System.setProperty(ATOMICS, "true");
    try {
      return NodeOnGpu.of(apply);
    } finally {
      System.clearProperty(ATOMICS);
    }
  }

  /// Without sorting, sums of floats differ by rounding, and nothing else does.
  @ParameterizedTest
  @MethodSource("cases")
  void atomicsAddTheSame(Case tested) {
    List<HostTensor> inputs = tested.inputs();
    NodeOnGpu atomic = withAtomics(tested.apply());
    List<HostTensor> sorted = NodeOnGpu.of(tested.apply()).call(inputs);
    for (StandIn.Order order : StandIn.Order.values()) {
      StandIn.install().order(order, SEED);
      List<HostTensor> found = atomic.call(inputs);
      assertEquals(Optional.empty(), BackendComparison.mismatch(tested.tolerance(), sorted, found));
    }
    String plan = atomic.plan();
    assertEquals(tested.fn == ScatterFn.SET ? 1 : 0, count(plan, "  sort "), plan);
    assertEquals(tested.fn == ScatterFn.SET ? 0 : 1, count(plan, "  scatter_add_atomics "), plan);
  }

  /// What is out of range is reported, and written nowhere.
  @Test
  void atomicsLeaveOutWhatIsOutside() {
    Case tested = of(Spread.ASCENDING, 5, 40);
    List<HostTensor> inputs = tested.inputs();
    inputs.get(1).setLong(7, 5);
    inputs.get(1).setLong(9, -1);
    EvaluationException e =
        assertThrows(EvaluationException.class, () -> withAtomics(tested.apply()).call(inputs));
    assertTrue(e.getMessage().startsWith("scatter_add: index 5 at [0,7]"), e.getMessage());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void sameBitsInAnyOrderOfThreads(Case tested) {
    NodeOnGpu.of(tested.apply()).assertSameBitsInAnyOrderOfThreads(SEED, tested.inputs());
  }

  /// As few updates as a piece has are added one after the other.
  @Test
  void fewUpdatesAreAddedInTheirOrder() {
    Case few = new Case(ScatterFn.ADD, DType.F32, DType.I64, Spread.TWO_IN_TURNS, 1, 1, 7, 64, 1);
    List<HostTensor> inputs = few.inputs();
    float[] expected = inputs.get(0).toFloatArray();
    long[] indices = inputs.get(1).toLongArray();
    float[] updates = inputs.get(2).toFloatArray();
    for (int i = 0; i < updates.length; i++) {
      expected[(int) indices[i]] += updates[i];
    }
    assertArrayEquals(expected, NodeOnGpu.of(few.apply()).call(inputs).getFirst().toFloatArray());
  }

  /// No kernel has more than a few threads for each element of the updates, and there are as many
  /// as it takes to merge tiles two by two.
  @Test
  void sortingTakesFewKernels() {
    Case large = of(Spread.ALL_FIRST, 100, 1 << 20);
    String plan = NodeOnGpu.of(large.apply()).plan();
    assertEquals(10, count(plan, "  merge "), plan);
    assertEquals(1, count(plan, "  sort "), plan);
    assertEquals(1, count(plan, "  pieces "), plan);
    assertTrue(plan.contains("1024 x 1024 threads"), plan);
  }

  private static int count(String text, String part) {
    return text.split(part, -1).length - 1;
  }
}
