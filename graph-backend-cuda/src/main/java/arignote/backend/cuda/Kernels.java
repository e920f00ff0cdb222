package arignote.backend.cuda;

import static java.util.Objects.requireNonNull;

import arignote.backend.cuda.codegen.Prelude;
import arignote.backend.cuda.driver.Device;
import arignote.backend.cuda.driver.KernelHandle;
import arignote.backend.cuda.driver.KernelModule;
import arignote.backend.cuda.driver.Nvrtc;
import arignote.runtime.DeviceException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// The compiled kernels of a device, each once, for all functions.
///
/// Kernels are compiled when one of them is needed, all that were requested until then together, in
/// as many parts as there are processors: to start the compiler takes longer than a small kernel.
/// They are compiled without contraction of products and sums, so that elementwise arithmetic
/// rounds as on the CPU, and without fast versions of division, roots and elementary functions.
final class Kernels implements AutoCloseable {
  /// No part has fewer kernels, if there are as many.
  private static final int SMALLEST_PART = 8;

  private final Device device;
  private final List<String> options;
  private final Prelude prelude = Prelude.read();
  private final KernelFiles files;
  private final Nvrtc compiler;

  /// What all kernels depend on: the compiler, its options, the code that they share.
  private final String common;

  private final Map<String, String> names = new HashMap<>();

  /// Code and how many want it.
  private record Wanted(String code, int times) {}

  /// What has been requested and not been needed yet, by name.
  private final Map<String, Wanted> requested = new LinkedHashMap<>();

  private final Map<String, KernelHandle> loaded = new HashMap<>();
  private final Map<String, KernelModule> modules = new HashMap<>();

  /// @throws DeviceException if there is no compiler
  Kernels(Device device) {
    this.device = device;
    this.compiler = Nvrtc.load();
    this.options =
        List.of("--gpu-architecture=" + device.architecture(), "--std=c++17", "--fmad=false");
    this.files = KernelFiles.open();
    this.common = KernelFiles.digest(compiler.version() + options + prelude.source(Map.of()));
  }

  /// A kernel that is compiled when it is first asked for.
  synchronized Supplier<KernelHandle> request(String code) {
    String name = name(code);
    want(name, code);
    return new Requested(name, code);
  }

  private void want(String name, String code) {
    if (!loaded.containsKey(name)) {
      requested.merge(name, new Wanted(code, 1), (known, _) -> new Wanted(code, known.times + 1));
    }
  }

  /// Takes a request back: the kernel is compiled only if it is needed after all.
  synchronized void withdraw(String code) {
    requested.computeIfPresent(
        name(code), (_, known) -> known.times == 1 ? null : new Wanted(code, known.times - 1));
  }

  /// What decides what a kernel becomes, in short; the name is one of C.
  private String name(String code) {
    return names.computeIfAbsent(code, text -> "k" + KernelFiles.digest(common + text));
  }

  private final class Requested implements Supplier<KernelHandle> {
    private final String name;
    private final String code;
    private Optional<KernelHandle> handle = Optional.empty();

    Requested(String name, String code) {
      this.name = name;
      this.code = code;
    }

    @Override
    public synchronized KernelHandle get() {
      if (handle.isEmpty()) {
        handle = Optional.of(load(name, code));
      }
      return handle.get();
    }
  }

  private synchronized KernelHandle load(String name, String code) {
    if (!loaded.containsKey(name)) {
      want(name, code);
      loadRequested();
    }
    return requireNonNull(loaded.get(name));
  }

  private void loadRequested() {
    Map<String, String> missing = new LinkedHashMap<>();
    Map<String, Wanted> unfinished = new LinkedHashMap<>();
    requested.forEach((name, wanted) -> {
      Optional<String> file = files.fileOf(name);
      Optional<KernelModule> module = file.flatMap(this::module);
      if (module.isPresent()) {
        loaded.put(name, module.get().kernel(name));
      } else {
        missing.put(name, wanted.code);
        unfinished.put(name, wanted);
      }
    });
    requested.clear();
    // If the compiler fails, those that need these kernels ask for them again.
    requested.putAll(unfinished);
    List<Map<String, String>> parts = parts(missing);
    List<byte[]> images =
        parts.stream()
            .parallel()
            .map(part -> compiler.compile(prelude.source(part), options))
            .toList();
    for (int i = 0; i < parts.size(); i++) {
      List<String> names = List.copyOf(parts.get(i).keySet());
      String file = files.write(names, images.get(i));
      KernelModule module = device.load(images.get(i));
      modules.put(file, module);
      names.forEach(name -> loaded.put(name, module.kernel(name)));
    }
    requested.clear();
  }

  private static List<Map<String, String>> parts(Map<String, String> kernels) {
    int count =
        Math.clamp(
            kernels.size() / SMALLEST_PART,
            kernels.isEmpty() ? 0 : 1,
            Runtime.getRuntime().availableProcessors());
    List<Map<String, String>> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(new LinkedHashMap<>());
    }
    kernels.forEach(
        (name, code) -> parts.get(Math.floorMod(name.hashCode(), count)).put(name, code));
    parts.removeIf(Map::isEmpty);
    return parts;
  }

  /// The module of a file, unless it is damaged.
  private Optional<KernelModule> module(String file) {
    KernelModule known = modules.get(file);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<KernelModule> read = files.read(file).map(device::load);
    read.ifPresent(module -> modules.put(file, module));
    return read;
  }

  @Override
  public synchronized void close() {
    modules.values().forEach(KernelModule::close);
    modules.clear();
    loaded.clear();
  }
}
