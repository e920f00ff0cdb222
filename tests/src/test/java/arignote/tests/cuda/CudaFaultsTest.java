package arignote.tests.cuda;

import static arignote.dsl.Values.input;
import static arignote.dsl.Values.shared;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.backend.cuda.CudaBackend;
import arignote.dsl.Maths;
import arignote.ir.EvaluationException;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.runtime.CompileOptions;
import arignote.runtime.DeviceException;
import arignote.runtime.Function;
import arignote.runtime.FunctionBuilder;
import arignote.runtime.Mode;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What goes wrong on a GPU: the message says what and where, nothing is half done, and what can go
/// on does.
class CudaFaultsTest {
  private static final long MEMORY = 1L << 30;
  private static final int ECC_ERROR = 214;
  private static final int LAUNCH_FAILED = 719;

  private final Input x = input("x", DType.F32, "N");
  private final StandIn device = StandIn.install();

  @BeforeEach
  void start() {
    CudaBackend.shutdown();
  }

  /// What has failed is forgotten, as by a new process.
  @AfterEach
  void heal() {
    device.heal();
    device.memory(MEMORY);
    device.devices(1);
    CudaBackend.shutdown();
  }

  private static FunctionBuilder function() {
    return Function.compile()
        .options(new CompileOptions("gpu", Mode.FAST_RUN, Set.of(), 1, Optional.empty(), true));
  }

  private static String message(Runnable action) {
    return assertThrows(DeviceException.class, action::run).getMessage();
  }

  private static HostTensor floats(float... values) {
    return HostTensor.of(values);
  }

  @Test
  void everythingIsFreed() {
    assertEquals(0, device.count("allocations"));
    Shared w = shared("w", HostTensor.zeros(DType.F32, 100));
    Function f =
        function().inputs(x).outputs(x.exp().sum()).updates(Map.of(w, w.add(1))).build("f");
    Function profiled =
        function()
            .options(
                new CompileOptions("gpu", Mode.FAST_RUN, Set.of(), 1, Optional.empty(), true, true))
            .inputs(x)
            .outputs(x.exp().sum())
            .build("profiled");
    for (int call = 0; call < 3; call++) {
      f.call(floats(1, 2, 3));
      profiled.call(floats(1, 2, 3));
    }
    assertTrue(device.count("events") > 0);
    assertTrue(device.count("allocations") > 0);
    assertTrue(device.count("graphs") > 0);
    CudaBackend.shutdown();
    assertEquals(3, w.get().getDouble(0), "the value has come back to the host");
    for (String what : List.of("allocations", "bytes", "streams", "modules", "graphs", "events")) {
      assertEquals(0, device.count(what), what);
    }
  }

  @Test
  void callsTakeNoMoreMemoryThanTheFirst() {
    Function f = function().inputs(x).outputs(x.exp().sum(), x.add(1)).build("f");
    f.call(floats(1, 2, 3));
    f.call(floats(1, 2, 3));
    long allocations = device.count("cuMemAlloc");
    long launches = device.count("cuLaunchKernel");
    for (int call = 0; call < 10; call++) {
      f.call(floats(call, 2, 3));
    }
    assertEquals(allocations, device.count("cuMemAlloc"));
    assertEquals(launches, device.count("cuLaunchKernel"), "captured work is replayed");
  }

  @Test
  void anIndexOutOfRangeIsReportedAndChangesNothing() {
    Shared table = shared("table", floats(1, 2, 3));
    Shared steps = shared("steps", floats(0));
    Input indices = input("indices", DType.I64, 2);
    Variable taken = table.take(indices, 0);
    Function f =
        function()
            .inputs(indices)
            .outputs(taken)
            .updates(Map.of(table, table.mul(2), steps, steps.add(taken.sum())))
            .build("f");
    for (int call = 0; call < 3; call++) {
      String message =
          assertThrows(EvaluationException.class, () -> f.call(HostTensor.of(new long[] {1, 3})))
              .getMessage();
      assertTrue(
          message.startsWith(
              "gather: index 3 at [1] of the indices is outside 0..2 of axis 0 in f32[3]"),
          message);
      assertTrue(message.contains("(CudaFaultsTest.java:"), message);
      assertArrayEquals(new float[] {1, 2, 3}, table.get().toFloatArray());
      assertArrayEquals(new float[] {0}, steps.get().toFloatArray());
    }
    f.call(HostTensor.of(new long[] {1, 2}));
    assertArrayEquals(new float[] {2, 4, 6}, table.get().toFloatArray());
    assertArrayEquals(new float[] {5}, steps.get().toFloatArray());
  }

  @Test
  void outOfMemorySaysWhatIsNeededAndLeavesTheRestUsable() {
    Function small = function().inputs(x).outputs(x.add(1)).build("small");
    Input y = input("y", DType.F32, "N", 2);
    Function large =
        function().inputs(y).outputs(Maths.dot(y, y.transpose()).exp().sum()).build("large");
    small.call(floats(1));
    device.memory(1 << 24);
    String message = message(() -> large.call(HostTensor.zeros(DType.F32, 4000, 2)));
    assertTrue(message.contains("function \"large\" with {N=4000} needs 64"), message);
    assertTrue(
        message.contains("of 16777216; the largest tensors are f32[4000,4000] of dot ("), message);
    assertTrue(message.contains("CudaFaultsTest.java:"), message);
    assertEquals(2, small.call(floats(1)).item());
    assertEquals(4, large.call(HostTensor.zeros(DType.F32, 2, 2)).item());
  }

  @Test
  void aSharedVariableThatDoesNotFitStaysOnTheHost() {
    Shared w = shared("w", HostTensor.zeros(DType.F32, 1000, 1000));
    Function f = function().outputs(w.sum()).build("f");
    device.memory(1 << 20);
    String message = message(f::call);
    assertTrue(
        message.contains("shared variable \"w\", f32[1000, 1000], needs 4000000 bytes"), message);
    assertEquals(List.of(1000L, 1000L), w.get().shapeAsList());
    device.memory(MEMORY);
    assertEquals(0, f.call().item());
  }

  @Test
  void aKernelThatFailsIsNamedAndTheDeviceIsLost() {
    Function f = function().inputs(x).outputs(x.exp().sum()).build("f");
    f.call(floats(1, 2));
    device.fail("kernel", 1, LAUNCH_FAILED);
    String message = message(() -> f.call(floats(1, 2)));
    assertTrue(message.contains("CUDA_ERROR_LAUNCH_FAILED (719)"), message);
    assertTrue(message.contains("function \"f\" failed in "), message);
    assertTrue(message.contains("CudaFaultsTest.java:"), message);
    String later = message(() -> f.call(floats(1, 2)));
    assertTrue(
        later.startsWith("gpu0 is lost since an earlier error: CUDA_ERROR_LAUNCH_FAILED"), later);
  }

  @Test
  void anEccErrorInTheMidstOfALoopNamesTheOp() {
    Function f = function().inputs(x).outputs(x.exp().sum(), Maths.sin(x).add(x)).build("f");
    f.call(floats(1, 2));
    f.call(floats(1, 2));
    device.fail("kernel", 2, ECC_ERROR);
    String message = message(() -> f.call(floats(1, 2)));
    assertTrue(message.contains("CUDA_ERROR_ECC_UNCORRECTABLE (214)"), message);
    assertTrue(message.contains("CudaFaultsTest.java:"), message);
  }

  @Test
  void aLaunchThatIsRefusedFailsThatCallOnly() {
    Function f = function().inputs(x).outputs(x.exp().sum()).build("f");
    device.fail("cuLaunchKernel", 1, 1);
    String message = message(() -> f.call(floats(1, 2)));
    assertTrue(message.contains("a kernel cannot be launched: CUDA_ERROR_INVALID_VALUE"), message);
    assertEquals(Math.exp(0) + Math.exp(0), f.call(floats(0, 0)).item());
  }

  @Test
  void aCaptureThatFailsFailsThatCallOnly() {
    Function f = function().inputs(x).outputs(x.exp().sum()).build("f");
    f.call(floats(0));
    device.fail("cuLaunchKernel", 1, 1);
    message(() -> f.call(floats(0)));
    assertEquals(2, f.call(floats(0, 0)).item());
    assertEquals(1, f.call(floats(0)).item());
    assertEquals(1, f.call(floats(0)).item());
  }

  @Test
  void noDeviceIsSaid() {
    device.devices(0);
    String message = message(() -> function().inputs(x).outputs(x.exp()).build("f"));
    assertTrue(message.contains("finds no device"), message);
    assertTrue(CudaBackend.deviceInfo().contains("driver: gpu: the NVIDIA driver is there"));
    device.devices(1);
    assertTrue(
        CudaBackend.deviceInfo().contains("gpu0: Stand-in on the CPU, sm_90"),
        CudaBackend.deviceInfo());
  }

  @Test
  void aSecondDeviceIsOneOfItsOwn() {
    device.devices(2);
    CompileOptions second =
        new CompileOptions("gpu1", Mode.FAST_RUN, Set.of(), 1, Optional.empty(), true);
    Shared w = shared("w", floats(1, 2));
    Function onSecond = Function.compile().options(second).outputs(w.add(1)).build("f");
    Function onFirst = function().outputs(w.mul(3)).build("g");
    assertArrayEquals(new float[] {2, 3}, onSecond.call().get(0).toFloatArray());
    assertArrayEquals(new float[] {3, 6}, onFirst.call().get(0).toFloatArray());
    assertArrayEquals(new float[] {2, 3}, onSecond.call().get(0).toFloatArray());
    CompileOptions third =
        new CompileOptions("gpu2", Mode.FAST_RUN, Set.of(), 1, Optional.empty(), true);
    assertEquals(
        "gpu2: there is no such device; the driver finds 2, gpu0 to gpu1",
        message(() -> Function.compile().options(third).inputs(x).outputs(x).build("f")));
  }

  @Test
  void damagedKernelFilesAreWrittenAnew() throws IOException {
    Function f = function().inputs(x).outputs(Maths.tan(x).add(0.375)).build("f");
    double expected = f.call(floats(1)).item();
    CudaBackend.shutdown();
    Path folder = Path.of(System.getProperty("arignote.cuda.cache"), "kernels");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".cubin")).toList()) {
        byte[] contents = Files.readAllBytes(file);
        contents[contents.length / 2] ^= 1;
        Files.write(file, contents);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    Function again = function().inputs(x).outputs(Maths.tan(x).add(0.375)).build("f");
    assertEquals(expected, again.call(floats(1)).item());
  }

  @Test
  void setAndGetCrossOver() {
    Shared w = shared("w", floats(1, 2, 3));
    Function f = function().outputs(w.sum()).updates(Map.of(w, w.mul(2))).build("f");
    assertEquals(6, f.call().item());
    assertArrayEquals(new float[] {2, 4, 6}, w.get().toFloatArray());
    w.set(floats(1, 1, 1));
    assertEquals(3, f.call().item());
    CompileOptions cpu =
        new CompileOptions("cpu", Mode.FAST_RUN, Set.of(), 1, Optional.empty(), true);
    Function onCpu = Function.compile().options(cpu).outputs(w.sum()).build("g");
    assertEquals(6, onCpu.call().item());
    assertEquals(6, f.call().item());
    assertEquals(12, onCpu.call().item());
  }
}
