package arignote.backend.cuda;

import arignote.backend.cuda.driver.Driver;
import arignote.rewrite.passes.InlineCustomOps;
import arignote.runtime.Backend;
import arignote.runtime.CompileOptions;
import arignote.runtime.DeviceException;
import arignote.runtime.Executable;
import arignote.runtime.Program;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/// Runs programs on an NVIDIA GPU: matrix products through cuBLAS, everything else as generated
/// kernels.
public final class CudaBackend implements Backend {
  /// For the `ServiceLoader`.
  public CudaBackend() {}

  @Override
  public String name() {
    return "gpu";
  }

  @Override
  public Executable compile(Program program, CompileOptions options) {
    Program core = program.withGraph(InlineCustomOps.keepingProbes().apply(program.graph()));
    Gpu gpu = OneForAll.gpu(number(options.device()));
    gpu.enter();
    return new CudaExecutable(
        new ProgramPreparation(
            core, gpu, options.profile() ? Optional.of(new Profiler()) : Optional.empty()));
  }

  /// `gpu` is `gpu0`.
  private static int number(String device) {
    String digits = device.substring("gpu".length());
    try {
      return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    } catch (NumberFormatException _) {
      throw new DeviceException("device \"%s\": there is no such device".formatted(device));
    }
  }

  /// What there is to know about driver, libraries and devices, for people who wonder why a GPU
  /// cannot be used.
  public static String deviceInfo() {
    return Driver.describe();
  }

  /// Frees all that this process has on its GPUs; no call may be under way. Shared variables come
  /// back to the host, unless their device is lost; functions have to be compiled anew.
  public static void shutdown() {
    OneForAll.close();
  }

  /// What one process has once. What could not be opened is tried again the next time.
  private static final class OneForAll {
    private static final AtomicReference<Optional<Driver>> DRIVER =
        new AtomicReference<>(Optional.empty());
    private static final Map<Integer, Gpu> GPUS = new TreeMap<>();

    static synchronized Gpu gpu(int number) {
      Gpu known = GPUS.get(number);
      if (known == null) {
        Driver driver = DRIVER.get().orElseGet(Driver::load);
        DRIVER.set(Optional.of(driver));
        known = new Gpu(driver.open(number));
        GPUS.put(number, known);
      }
      return known;
    }

    static synchronized void close() {
      GPUS.values().forEach(Gpu::close);
      GPUS.clear();
      DRIVER.set(Optional.empty());
    }
  }
}
