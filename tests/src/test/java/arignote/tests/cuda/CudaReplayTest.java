package arignote.tests.cuda;

import static arignote.dsl.Values.input;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.backend.cuda.CudaBackend;
import arignote.ir.Input;
import arignote.runtime.DeviceException;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What stays from call to call: captured work of the lengths that were used last, pinned memory
/// for arguments.
class CudaReplayTest {
  /// So many sets of lengths stay prepared.
  private static final int MOST = 128;

  private static final int OUT_OF_MEMORY = 2;

  private final Input x = input("x", DType.F32, "N");
  private final StandIn device = StandIn.install();

  @BeforeEach
  void start() {
    CudaBackend.shutdown();
  }

  @AfterEach
  void close() {
    device.heal();
    CudaBackend.shutdown();
  }

  private Function sum() {
    return Function.compile()
        .options(StandIn.options("gpu"))
        .inputs(x)
        .outputs(x.exp().sum(), x.add(1))
        .build("sum");
  }

  /// Calls until the work is captured.
  private static void twice(Function sum, int length) {
    for (int call = 0; call < 2; call++) {
      assertEquals(length, sum.call(HostTensor.zeros(DType.F32, length)).get(0).item());
    }
  }

  private boolean isReplayed(Function sum, int length) {
    long before = device.count("cuLaunchKernel");
    assertEquals(length, sum.call(HostTensor.zeros(DType.F32, length)).get(0).item());
    return device.count("cuLaunchKernel") == before;
  }

  @Test
  void theLengthsThatWereUsedLeastRecentlyGo() {
    Function sum = sum();
    // The largest comes first, so that no memory has to grow, and nothing is captured again.
    for (int length = MOST; length >= 1; length--) {
      twice(sum, length);
    }
    assertEquals(MOST, device.count("graphs"));
    long allocations = device.count("allocations");
    long bytes = device.count("bytes");
    // Used again, so that the one behind it is now the oldest.
    assertTrue(isReplayed(sum, MOST));
    twice(sum, 0);
    assertEquals(MOST, device.count("graphs"), "what was captured for one length is freed");
    assertEquals(allocations, device.count("allocations"));
    assertEquals(bytes, device.count("bytes"));
    assertTrue(isReplayed(sum, MOST));
    assertTrue(isReplayed(sum, MOST - 2));
    assertFalse(isReplayed(sum, MOST - 1), "these lengths were forgotten");
    assertEquals(MOST - 1, device.count("graphs"), "others have gone for them");
    twice(sum(), 5);
    assertEquals(MOST, device.count("graphs"), "each function has its own");
    CudaBackend.shutdown();
    assertEquals(0, device.count("graphs"));
  }

  @Test
  void argumentsGoThroughPinnedMemoryThatStays() {
    Function sum = sum();
    sum.call(HostTensor.zeros(DType.F32, 1000));
    long pageable = device.count("copies of pageable memory");
    long allocations = device.count("cuMemHostAlloc");
    long copies = device.count("cuMemcpyHtoDAsync");
    for (int call = 0; call < 10; call++) {
      float[] values = new float[100 * call];
      assertEquals(values.length, sum.call((Object) values).get(0).item());
    }
    // Of no elements there is nothing to copy.
    assertEquals(copies + 9, device.count("cuMemcpyHtoDAsync"));
    assertEquals(pageable, device.count("copies of pageable memory"));
    assertEquals(allocations, device.count("cuMemHostAlloc"));
  }

  /// Work is done late: an argument has been copied before the caller changes it, a result is
  /// complete when the caller sees it.
  @Test
  void callersMayChangeArgumentsAndKeepResults() {
    Function sum = sum();
    HostTensor argument = HostTensor.of(new float[] {1, 2, 3});
    HostTensor first = sum.call(argument).get(1);
    argument.setDouble(0, 7);
    HostTensor second = sum.call(argument).get(1);
    assertArrayEquals(new float[] {2, 3, 4}, first.toFloatArray());
    assertArrayEquals(new float[] {8, 3, 4}, second.toFloatArray());
  }

  @Test
  void withoutPinnedMemoryOneCallFails() {
    Function sum = sum();
    twice(sum, 10);
    device.fail("cuMemHostAlloc", 1, OUT_OF_MEMORY);
    String message =
        assertThrows(DeviceException.class, () -> sum.call(HostTensor.zeros(DType.F32, 100_000)))
            .getMessage();
    assertTrue(
        message.startsWith("gpu0: no ") && message.contains(" bytes of pinned memory of the host"),
        message);
    twice(sum, 10);
    twice(sum, 100_000);
  }
}
