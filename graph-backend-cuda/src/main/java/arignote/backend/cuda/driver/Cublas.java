package arignote.backend.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import arignote.runtime.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/// NVIDIA's library of matrix products.
public final class Cublas {
  private static final LibraryFinder FINDER =
      new LibraryFinder(
          "the library cuBLAS",
          "arignote.cuda.cublas",
          List.of(
              "libcublas.so.13",
              "libcublas.so.12",
              "libcublas.so.11",
              "libcublas.so",
              "cublas64_13.dll",
              "cublas64_12.dll",
              "cublas64_11.dll"),
          "libcublasLt",
          "install the CUDA toolkit 11.2 or later, or the Python package nvidia-cublas");

  private static final FunctionDescriptor GEMM =
      FunctionDescriptor.of(
          JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG,
          JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT,
          JAVA_LONG, JAVA_INT);

  private final NativeFunctions functions;
  private final String place;
  private final MethodHandle single;
  private final MethodHandle wide;

  private Cublas(LibraryFinder.Found library) {
    this.functions = new NativeFunctions("cuBLAS", library.symbols());
    this.place = library.place();
    this.single = functions.handle("cublasSgemmStridedBatched", GEMM);
    this.wide = functions.handle("cublasDgemmStridedBatched", GEMM);
  }

  /// Loads the library.
  ///
  /// @throws DeviceException if it is not there
  public static Cublas load() {
    return new Cublas(FINDER.load());
  }

  int call(String name, Object... arguments) {
    return functions.call(name, arguments);
  }

  MethodHandle gemm(boolean isDouble) {
    return isDouble ? wide : single;
  }

  static void check(int result, String problem) {
    if (result != 0) {
      throw new DeviceException("gpu: cuBLAS: %s (status %d)".formatted(problem, result));
    }
  }

  /// A handle for products on one stream.
  ///
  /// @param workspace the address of memory that they use, until they are closed
  public Products products(Stream stream, long workspace, long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment created = arena.allocate(ADDRESS);
      check(call("cublasCreate_v2", created), "no handle can be created");
      Products products = new Products(this, created.get(ADDRESS, 0));
      try {
        products.use(stream, workspace, bytes);
      } catch (DeviceException e) {
        products.close();
        throw e;
      }
      return products;
    }
  }

  @Override
  public String toString() {
    return place;
  }
}
