package arignote.tests.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.runtime.CompileOptions;
import arignote.runtime.Mode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.opentest4j.TestAbortedException;

/// The driver, NVRTC and cuBLAS, made of the C++ sources in the resources by the machine's
/// compiler, so that the CUDA backend can be tested without a GPU.
///
/// With `-Dcuda.device=true` tests run on the machine's own GPU instead, but for those that need
/// what only the stand-in can do.
public final class StandIn {
  /// Numbers of attributes.
  static final int PROCESSORS = 16;

  static final int SHARED_MEMORY_OF_PROCESSOR = 81;
  static final int COOPERATIVE_LAUNCH = 95;
  static final int SHARED_MEMORY_OF_BLOCK = 97;

  private static final List<String> SOURCES =
      List.of("device.h", "libcuda.cpp", "libnvrtc.cpp", "libcublas.cpp");

  private static final AtomicReference<Optional<StandIn>> INSTALLED =
      new AtomicReference<>(Optional.empty());

  private final SymbolLookup driver;

  private StandIn(SymbolLookup driver) {
    this.driver = driver;
  }

  /// In which order the threads of a block run.
  enum Order {
    FORWARD,
    REVERSE,
    RANDOM
  }

  /// Whether tests run on a real GPU.
  static boolean isRealDevice() {
    return Boolean.getBoolean("cuda.device");
  }

  /// What functions on a device are compiled with: all passes, each followed by the verifier.
  ///
  /// @param device `gpu`, `gpu1`, ...
  public static CompileOptions options(String device) {
    return new CompileOptions(device, Mode.FAST_RUN, Set.of(), 1, Optional.empty(), true);
  }

  /// Has the backend find something to run on.
  ///
  /// @throws TestAbortedException if there is neither a GPU nor a C++ compiler
  public static void prepare() {
    if (!isRealDevice()) {
      install();
    }
  }

  /// The stand-in, which the backend finds from now on.
  ///
  /// @throws TestAbortedException if this machine cannot build it, or a GPU is to be used
  public static synchronized StandIn install() {
    if (!Boolean.getBoolean("cuda.tests")) {
      // Surefire names the execution that has a JVM for them; another must stay without a GPU.
      throw new TestAbortedException("skipped: these run in a JVM of their own, -Dcuda.tests=true");
    }
    if (isRealDevice()) {
      throw new TestAbortedException("skipped: only the stand-in for the driver can do this");
    }
    if (INSTALLED.get().isEmpty()) {
      Path folder = build();
      System.setProperty("arignote.cuda.driver", folder.resolve("libcuda.so.1").toString());
      System.setProperty("arignote.cuda.nvrtc", folder.resolve("libnvrtc.so").toString());
      System.setProperty("arignote.cuda.cublas", folder.resolve("libcublas.so").toString());
      System.setProperty("arignote.cuda.cache", folder.resolve("cache").toString());
      SymbolLookup driver =
          SymbolLookup.libraryLookup(folder.resolve("libcuda.so.1"), Arena.global());
      INSTALLED.set(Optional.of(new StandIn(driver)));
    }
    return INSTALLED.get().orElseThrow();
  }

  /// The folder in which a driver of these sources lies.
  private static Path build() {
    boolean fits =
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").toLowerCase(Locale.ROOT).equals("amd64");
    if (!fits) {
      throw skipped("the stand-in for the CUDA driver is for Linux on x86-64");
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      List<byte[]> sources = new ArrayList<>();
      for (String name : SOURCES) {
        sources.add(source(name));
        digest.update(sources.getLast());
      }
      String version = HexFormat.of().formatHex(digest.digest()).substring(0, 16);
      Path folder = Path.of("target", "standin-" + version).toAbsolutePath();
      if (!Files.exists(folder.resolve("complete"))) {
        Files.createDirectories(folder);
        for (int i = 0; i < SOURCES.size(); i++) {
          Files.write(folder.resolve(SOURCES.get(i)), sources.get(i));
        }
        compile(
            folder, "-O1", "-Wl,-soname,libcuda.so.1", "-o", "libcuda.so.1", "libcuda.cpp", "-ldl");
        compile(
            folder,
            "-O1",
            "-DSTANDIN_FOLDER=\"" + folder + "\"",
            "-DSTANDIN_COMPILER=\"" + compiler() + "\"",
            "-o",
            "libnvrtc.so",
            "libnvrtc.cpp");
        compile(folder, "-O2", "-o", "libcublas.so", "libcublas.cpp", "-L.", "-l:libcuda.so.1");
        Files.writeString(folder.resolve("complete"), "");
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TestAbortedException skipped(String reason) {
    System.out.println("CUDA tests are skipped: " + reason + ".");
    return new TestAbortedException("skipped: " + reason);
  }

  private static String compiler() {
    return System.getProperty("cuda.compiler", "g++");
  }

  private static byte[] source(String name) throws IOException {
    try (InputStream resource = StandIn.class.getResourceAsStream("/cuda/" + name)) {
      if (resource == null) {
        throw new IOException("no resource /cuda/" + name);
      }
      return resource.readAllBytes();
    }
  }

  private static void compile(Path folder, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(List.of(compiler(), "-std=c++17", "-Wall", "-Werror", "-shared", "-fPIC"));
    command.addAll(List.of(arguments));
    Process process;
    try {
      process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw skipped("there is no C++ compiler, " + e.getMessage());
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertEquals(0, process.waitFor(), command + "\n" + output);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Object call(String name, FunctionDescriptor descriptor, Object... arguments) {
    MemorySegment function = driver.find(name).orElseThrow();
    try {
      return String.valueOf(
          Linker.nativeLinker()
              .downcallHandle(function, descriptor)
              .invokeWithArguments(arguments));
    } catch (Throwable e) {
      throw new IllegalStateException(name, e);
    }
  }

  /// Has threads run in an order.
  void order(Order order, long seed) {
    call("standin_order", FunctionDescriptor.ofVoid(JAVA_INT, JAVA_LONG), order.ordinal(), seed);
  }

  /// Has threads run forwards again, if they are the stand-in's.
  static void restoreOrder() {
    if (!isRealDevice()) {
      install().order(Order.FORWARD, 0);
    }
  }

  /// Has a call of a function of the driver fail, the next of which is number 1; `kernel` is a
  /// kernel that runs.
  void fail(String function, long countdown, int code) {
    try (Arena arena = Arena.ofConfined()) {
      call(
          "standin_fail",
          FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_INT),
          arena.allocateFrom(function),
          countdown,
          code);
    }
  }

  /// Forgets all errors.
  void heal() {
    call("standin_heal", FunctionDescriptor.ofVoid());
  }

  /// How much memory the device has.
  void memory(long bytes) {
    call("standin_memory", FunctionDescriptor.ofVoid(JAVA_LONG), bytes);
  }

  /// Gives an attribute of the device, of `CUdevice_attribute`, another value.
  void attribute(int attribute, int value) {
    call("standin_attribute", FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT), attribute, value);
  }

  /// How many devices there are.
  public void devices(int count) {
    call("standin_devices", FunctionDescriptor.ofVoid(JAVA_INT), count);
  }

  /// How often a function was called, or how many `allocations`, `streams`, ... there are.
  long count(String what) {
    try (Arena arena = Arena.ofConfined()) {
      return Long.parseLong(
          String.valueOf(
              call(
                  "standin_count",
                  FunctionDescriptor.of(ValueLayout.JAVA_LONG, ADDRESS),
                  arena.allocateFrom(what))));
    }
  }
}
