package arignote.backend.cpu.codegen;

import arignote.backend.cpu.kernel.Lane;
import arignote.backend.cpu.kernel.Loop;
import arignote.backend.cpu.kernel.Stage;
import arignote.tensor.DType;
import java.lang.constant.ClassDesc;
import java.lang.invoke.MethodHandles;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/// The kernels in use: stages of equal structure share one. A kernel and its class go when the last
/// executable that uses them does.
public final class Kernels {
  private record Key(Loop loop, List<Boolean> uniform, Lane lane) {}

  private final boolean vectors;
  private final Map<DType, Tiles> tiles;
  private final Map<Key, WeakReference<Kernel>> kernels = new HashMap<>();

  private Kernels(boolean vectors) {
    this.vectors = vectors;
    this.tiles =
        vectors && Tiles.areFast()
            ? Map.of(DType.F32, new Tiles(DType.F32), DType.F64, new Tiles(DType.F64))
            : Map.of();
  }

  /// Kernels in vectors where the Vector API is there; where it is not, a warning says how to get
  /// it.
  public static Kernels create() {
    boolean vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    if (!vectors) {
      System.getLogger("arignote.backend.cpu")
          .log(
              System.Logger.Level.WARNING,
              "Arignote computes without SIMD instructions, several times slower, because the module"
                  + " jdk.incubator.vector is not there; start java with"
                  + " --add-modules jdk.incubator.vector.");
    }
    return new Kernels(vectors);
  }

  /// Kernels without vectors.
  public static Kernels scalar() {
    return new Kernels(false);
  }

  /// Whether kernels use vectors.
  public boolean vectors() {
    return vectors;
  }

  /// The tiles of matrix products, if vectors compute them fast and for this dtype.
  public Optional<Tiles> tiles(DType dtype) {
    return Optional.ofNullable(tiles.get(dtype));
  }

  /// Has the JVM load what vectors need and compile products, which otherwise the first ones wait
  /// for.
  public void warmUp() {
    if (vectors) {
      WarmUp.loadClasses(this);
    }
    tiles(DType.F32).ifPresent(Tiles::warmUp);
  }

  /// The kernel of a stage.
  public synchronized Kernel kernel(Stage stage) {
    Key key = new Key(stage.loop(), stage.uniform(), stage.lane());
    WeakReference<Kernel> known = kernels.get(key);
    Kernel kernel = known == null ? null : known.get();
    if (kernel == null) {
      kernels.values().removeIf(reference -> reference.refersTo(null));
      kernel = define(stage);
      kernels.put(key, new WeakReference<>(kernel));
    }
    return kernel;
  }

  private static Kernel define(Stage stage) {
    byte[] bytes =
        KernelWriter.write(
            ClassDesc.of(Kernels.class.getPackageName(), "Generated"), stage, lanes(stage.lane()));
    try {
      return (Kernel)
          MethodHandles.lookup()
              .defineHiddenClass(bytes, true)
              .lookupClass()
              .getDeclaredConstructor()
              .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the kernel of " + stage + " cannot be made", e);
    }
  }

  static int lanes(Lane lane) {
    return switch (lane) {
      case F32 -> FloatVector.SPECIES_PREFERRED.length();
      case F64 -> DoubleVector.SPECIES_PREFERRED.length();
      case SCALAR -> 1;
    };
  }
}
