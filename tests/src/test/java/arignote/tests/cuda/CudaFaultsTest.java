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
import arignote.runtime.Results;
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
import java.util.concurrent.CopyOnWriteArrayList;
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
    return Function.compile().options(StandIn.options("gpu"));
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
    Input y = input("y", DType.F32, "N", "N");
    Function product = function().inputs(y).outputs(y.dot(y.exp()).dot(y)).build("product");
    for (int call = 0; call < 3; call++) {
      f.call(floats(1, 2, 3));
      profiled.call(floats(1, 2, 3));
      product.call(HostTensor.zeros(DType.F32, 5, 5));
      message(() -> failing(product));
    }
    assertTrue(device.count("cublas handles") > 0);
    assertTrue(device.count("contexts") > 0);
    assertTrue(device.count("events") > 0);
    assertTrue(device.count("allocations") > 0);
    assertTrue(device.count("graphs") > 0);
    CudaBackend.shutdown();
    assertEquals(3, w.get().getDouble(0), "the value has come back to the host");
    assertNothingIsLeft();
  }

  private void failing(Function f) {
    device.fail("cuMemcpyDtoHAsync", 1, 1);
    f.call(HostTensor.zeros(DType.F32, 5, 5));
  }

  private void assertNothingIsLeft() {
    for (String what :
        List.of(
            "allocations",
            "bytes",
            "streams",
            "modules",
            "graphs",
            "events",
            "cublas handles",
            "contexts")) {
      assertEquals(0, device.count(what), what);
    }
  }

  /// A session, and what products need, come to be in several steps.
  @Test
  void whatIsHalfMadeIsFreedToo() {
    Input y = input("y", DType.F32, "N", "N");
    for (String step :
        List.of("cuMemHostAlloc", "cuStreamCreate", "cuMemAlloc", "cuMemcpyHtoDAsync")) {
      for (int which = 1; which <= 3; which++) {
        Function f = function().inputs(y).outputs(y.dot(y).add(1)).build("f");
        device.fail(step, which, 1);
        for (int call = 0; call < 3; call++) {
          try {
            f.call(HostTensor.zeros(DType.F32, 3, 3));
          } catch (DeviceException e) {
            assertTrue(e.getMessage().contains("CUDA_ERROR_INVALID_VALUE"), e.getMessage());
          }
        }
        device.heal();
        assertEquals(1, f.call(HostTensor.zeros(DType.F32, 3, 3)).get(0).getDouble(8));
        CudaBackend.shutdown();
        assertNothingIsLeft();
      }
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
        message.contains("shared variable \"w\", f32[1000,1000], needs 4000000 bytes"), message);
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
    String expected = "gpu0 is lost since an earlier error: CUDA_ERROR_LAUNCH_FAILED (719)";
    for (int call = 0; call < 2; call++) {
      assertTrue(message(() -> f.call(floats(1, 2))).startsWith(expected));
    }
  }

  /// Whatever else wants something of the device learns that too, and nothing hangs or crashes.
  @Test
  void aLostDeviceIsLostForAll() throws InterruptedException {
    Shared w = shared("w", floats(1, 2));
    Function f = function().inputs(x).outputs(x.exp().sum()).build("f");
    Function g = function().outputs(w.sum()).build("g");
    Function unused = function().outputs(w.mul(2)).build("unused");
    g.call();
    f.call(floats(1, 2));
    device.fail("cuStreamSynchronize", 1, ECC_ERROR);
    message(() -> f.call(floats(1, 2)));
    String expected =
        "gpu0 is lost since an earlier error: CUDA_ERROR_ECC_UNCORRECTABLE (214): an error of the"
            + " stand-in; start the program anew";
    List<Runnable> actions =
        List.of(
            () -> f.call(floats(1)),
            g::call,
            unused::call,
            () -> f.plan(Map.of("N", 7L)),
            w::get,
            () -> w.set(floats(3, 4)),
            () -> function().inputs(x).outputs(Maths.sin(x)).build("late"));
    for (Runnable action : actions) {
      assertEquals(expected, message(action));
    }
    List<String> messages = new CopyOnWriteArrayList<>();
    Thread other = Thread.ofPlatform().start(() -> messages.add(message(g::call)));
    other.join();
    assertEquals(List.of(expected), messages);
    CudaBackend.shutdown();
    assertEquals(expected, message(w::get), "its value was there");
    assertEquals(0, device.count("contexts"));
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

  /// It is loaded by the next call, not while that is captured.
  @Test
  void aKernelThatIsNotLoadedFailsThatCallOnly() {
    Function f = function().inputs(x).outputs(x.exp().sum()).build("f");
    device.fail("cuModuleLoadData", 1, 1);
    String message = message(() -> f.call(floats(0)));
    assertTrue(message.contains("a compiled kernel cannot be loaded"), message);
    for (int call = 0; call < 3; call++) {
      assertEquals(1, f.call(floats(0)).item());
    }
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
    Shared w = shared("w", floats(1, 2));
    Shared v = shared("v", floats(5, 6));
    Function onSecond =
        Function.compile().options(StandIn.options("gpu1")).outputs(w.add(1).mul(v)).build("f");
    assertEquals(1, device.count("contexts"), "a device is opened when it is first needed");
    Function onFirst = function().outputs(w.mul(3), v.dot(w)).update(v, v.add(1)).build("g");
    // Done, captured, and as variables move each time, done again.
    for (int call = 0; call < 4; call++) {
      assertArrayEquals(
          new float[] {2 * (5 + call), 3 * (6 + call)}, onSecond.call().get(0).toFloatArray());
      Results results = onFirst.call();
      assertArrayEquals(new float[] {3, 6}, results.get(0).toFloatArray());
      assertEquals(5 + call + 2 * (6 + call), results.get(1).item());
    }
    assertEquals(2, device.count("contexts"));
    CudaBackend.shutdown();
    assertArrayEquals(new float[] {9, 10}, v.get().toFloatArray());
    assertNothingIsLeft();
  }

  /// What is on the other device stays there, and can be called and read; what was on the lost one
  /// is lost for the other, too.
  @Test
  void aLostDeviceLeavesTheOtherAlone() {
    device.devices(2);
    Shared lost = shared("lost", floats(1, 2));
    Shared kept = shared("kept", floats(5, 6));
    Function onFirst = function().outputs(lost.mul(2)).build("f");
    FunctionBuilder second = Function.compile().options(StandIn.options("gpu1"));
    Function onSecond = second.outputs(kept.sum()).update(kept, kept.add(1)).build("g");
    Function both =
        Function.compile().options(StandIn.options("gpu1")).outputs(lost.add(kept)).build("h");
    onFirst.call();
    assertEquals(11, onSecond.call().item());
    device.fail("kernel", 1, LAUNCH_FAILED);
    message(onFirst::call);
    String expected =
        "gpu0 is lost since an earlier error: CUDA_ERROR_LAUNCH_FAILED (719): an error of the"
            + " stand-in; start the program anew";
    for (int call = 0; call < 3; call++) {
      assertEquals(expected, message(onFirst::call));
      assertEquals(expected, message(both::call));
      assertEquals(13 + 2 * call, onSecond.call().item());
    }
    assertArrayEquals(new float[] {9, 10}, kept.get().toFloatArray());
    CudaBackend.shutdown();
    assertArrayEquals(new float[] {9, 10}, kept.get().toFloatArray());
    assertEquals(expected, message(lost::get), "its value was there");
    assertEquals(0, device.count("contexts"));
  }

  @Test
  void gpuIsTheFirstDevice() {
    device.devices(2);
    Shared w = shared("w", floats(1, 2));
    Function.compile().options(StandIn.options("gpu")).outputs(w.sum()).build("f").call();
    long bytes = device.count("bytes");
    long copies = device.count("copies of pageable memory");
    Function.compile().options(StandIn.options("gpu0")).outputs(w.sum()).build("g").call();
    assertEquals(1, device.count("contexts"));
    assertEquals(bytes, device.count("bytes"));
    assertEquals(copies, device.count("copies of pageable memory"), "the variable is there");
    assertEquals(
        "gpu2: there is no such device; the driver finds 2, gpu0 to gpu1",
        message(() ->
            Function.compile().options(StandIn.options("gpu2")).inputs(x).outputs(x).build("f")));
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
