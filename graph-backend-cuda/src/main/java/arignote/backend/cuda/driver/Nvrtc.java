package arignote.backend.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import arignote.runtime.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// NVIDIA's compiler for CUDA C.
public final class Nvrtc {
  private static final LibraryFinder FINDER =
      new LibraryFinder(
          "the compiler NVRTC",
          "arignote.cuda.nvrtc",
          List.of(
              "libnvrtc.so.13",
              "libnvrtc.so.12",
              "libnvrtc.so.11.2",
              "libnvrtc.so",
              "nvrtc64_130_0.dll",
              "nvrtc64_120_0.dll",
              "nvrtc64_112_0.dll"),
          "libnvrtc-builtins",
          "install the CUDA toolkit 11.2 or later, or the Python package nvidia-cuda-nvrtc");

  private final NativeFunctions functions;
  private final String place;
  private final String version;

  private Nvrtc(LibraryFinder.Found library) {
    this.functions = new NativeFunctions("NVRTC", library.symbols());
    this.place = library.place();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment numbers = arena.allocate(JAVA_INT, 2);
      check(
          functions.call("nvrtcVersion", numbers, numbers.asSlice(4)),
          "it does not say its version");
      this.version = numbers.getAtIndex(JAVA_INT, 0) + "." + numbers.getAtIndex(JAVA_INT, 1);
    }
  }

  /// Loads the library.
  ///
  /// @throws DeviceException if it is not there
  public static Nvrtc load() {
    return new Nvrtc(FINDER.load());
  }

  /// The version of CUDA that it belongs to.
  public String version() {
    return version;
  }

  private static void check(int result, String problem) {
    if (result != 0) {
      throw new DeviceException(
          "gpu: NVRTC: %s (result %d); its library and libnvrtc-builtins must be of one version"
              .formatted(problem, result));
    }
  }

  /// Compiles CUDA C.
  ///
  /// @return a cubin
  /// @throws DeviceException if the compiler fails; the message has its log
  public byte[] compile(String source, List<String> options) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment program = arena.allocate(ADDRESS);
      check(
          functions.call(
              "nvrtcCreateProgram",
              program,
              arena.allocateFrom(source),
              arena.allocateFrom("kernel.cu"),
              0,
              MemorySegment.NULL,
              MemorySegment.NULL),
          "no program can be created");
      MemorySegment handle = program.get(ADDRESS, 0);
      try {
        MemorySegment list = arena.allocate(ADDRESS, options.size());
        for (int i = 0; i < options.size(); i++) {
          list.setAtIndex(ADDRESS, i, arena.allocateFrom(options.get(i)));
        }
        int result = functions.call("nvrtcCompileProgram", handle, options.size(), list);
        if (result != 0) {
          throw new DeviceException(
              "gpu: NVRTC %s (%s) does not compile a kernel with %s, result %d:\n%s\n%s"
                  .formatted(version, place, options, result, log(handle, arena), source));
        }
        MemorySegment size = arena.allocate(JAVA_LONG);
        check(functions.call("nvrtcGetCUBINSize", handle, size), "no size of a compiled kernel");
        MemorySegment image = arena.allocate(size.get(JAVA_LONG, 0));
        check(functions.call("nvrtcGetCUBIN", handle, image), "no compiled kernel");
        return image.toArray(ValueLayout.JAVA_BYTE);
      } finally {
        functions.call("nvrtcDestroyProgram", program);
      }
    }
  }

  private String log(MemorySegment program, Arena arena) {
    MemorySegment size = arena.allocate(JAVA_LONG);
    if (functions.call("nvrtcGetProgramLogSize", program, size) != 0) {
      return "no log";
    }
    MemorySegment log = arena.allocate(Math.max(1, size.get(JAVA_LONG, 0)));
    functions.call("nvrtcGetProgramLog", program, log);
    return log.getString(0);
  }

  @Override
  public String toString() {
    return "%s, CUDA %s".formatted(place, version);
  }
}
