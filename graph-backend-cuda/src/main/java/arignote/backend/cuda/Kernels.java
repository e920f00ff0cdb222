package arignote.backend.cuda;

import arignote.backend.cuda.codegen.Prelude;
import arignote.backend.cuda.driver.Device;
import arignote.backend.cuda.driver.KernelHandle;
import arignote.backend.cuda.driver.KernelModule;
import arignote.backend.cuda.driver.Nvrtc;
import arignote.runtime.DeviceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// The compiled kernels of a device, each once, for all functions.
///
/// They are compiled without contraction of products and sums, so that elementwise arithmetic
/// rounds as on the CPU, and without fast versions of division, roots and elementary functions.
final class Kernels implements AutoCloseable {
  private final Device device;
  private final List<String> options;
  private final Prelude prelude = Prelude.read();
  private final KernelFiles files;
  private final Nvrtc compiler;
  private final Map<String, CompletableFuture<byte[]>> images = new ConcurrentHashMap<>();
  private final Map<String, KernelHandle> loaded = new ConcurrentHashMap<>();
  private final List<KernelModule> modules = new ArrayList<>();

  /// @throws DeviceException if there is no compiler
  Kernels(Device device) {
    this.device = device;
    this.compiler = Nvrtc.load();
    this.options =
        List.of(
            "--gpu-architecture=" + device.architecture(), "--std=c++17", "--fmad=false");
    this.files = KernelFiles.open(compiler.version() + " " + options);
  }

  /// A kernel that will have been compiled, on another thread, when it is asked for.
  Supplier<KernelHandle> request(String code) {
    images.computeIfAbsent(code, _ -> CompletableFuture.supplyAsync(() -> image(code)));
    return () -> {
      KernelHandle handle = loaded.get(code);
      return handle != null ? handle : load(code);
    };
  }

  private byte[] image(String code) {
    String source = prelude.source(code);
    return files
        .read(source)
        .orElseGet(() -> {
          byte[] compiled = compiler.compile(source, options);
          files.write(source, compiled);
          return compiled;
        });
  }

  private synchronized KernelHandle load(String code) {
    KernelHandle handle = loaded.get(code);
    if (handle != null) {
      return handle;
    }
    KernelModule module;
    try {
      module = device.load(requestedImage(code));
    } catch (CompletionException e) {
      images.remove(code);
      throw e.getCause() instanceof DeviceException known
          ? known
          : new DeviceException("%s: a kernel cannot be compiled".formatted(device.id()), e);
    }
    modules.add(module);
    KernelHandle kernel = module.kernel(Prelude.KERNEL);
    loaded.put(code, kernel);
    images.remove(code);
    return kernel;
  }

  private byte[] requestedImage(String code) {
    return images.computeIfAbsent(code, _ -> CompletableFuture.supplyAsync(() -> image(code))).join();
  }

  @Override
  public synchronized void close() {
    modules.forEach(KernelModule::close);
    modules.clear();
    loaded.clear();
  }
}
