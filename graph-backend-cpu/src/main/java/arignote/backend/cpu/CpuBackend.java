package arignote.backend.cpu;

import arignote.backend.cpu.blas.Blas;
import arignote.backend.cpu.codegen.Kernels;
import arignote.rewrite.passes.InlineCustomOps;
import arignote.runtime.Backend;
import arignote.runtime.CompileOptions;
import arignote.runtime.DeviceException;
import arignote.runtime.Executable;
import arignote.runtime.Program;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/// Runs programs on the CPU, as generated loops and tiles; OpenBLAS, loaded when it is first
/// needed, computes the products that those do not.
public final class CpuBackend implements Backend {
  /// For the `ServiceLoader`.
  public CpuBackend() {}

  @Override
  public String name() {
    return "cpu";
  }

  /// Has the tiles of products compiled by the JVM.
  @Override
  public void announce() {
    OneForAll.warmUp();
  }

  @Override
  public Executable compile(Program program, CompileOptions options) {
    Program core = program.withGraph(InlineCustomOps.keepingProbes().apply(program.graph()));
    Toolbox tools =
        new Toolbox(
            OneForAll.KERNELS,
            OneForAll.workers(options.threads()),
            OneForAll::blas,
            options.threads(),
            options.profile() ? Optional.of(new Profiler()) : Optional.empty());
    return new CpuExecutable(new ProgramPreparation(core, tools), tools.profiler());
  }

  /// What one process has once: threads for its cores, and kernels that functions share.
  private static final class OneForAll {
    static final Kernels KERNELS = Kernels.create();
    private static final AtomicBoolean WARM = new AtomicBoolean();
    private static final AtomicReference<Optional<Blas>> LOADED =
        new AtomicReference<>(Optional.empty());
    private static final Map<Integer, Workers> WORKERS = new ConcurrentHashMap<>();

    static void warmUp() {
      if (!WARM.getAndSet(true)) {
        Thread.ofPlatform().daemon().name("arignote-cpu-warm-up").start(KERNELS::warmUp);
      }
    }

    /// @throws DeviceException if OpenBLAS cannot be loaded
    static synchronized Blas blas() {
      return LOADED.updateAndGet(loaded -> loaded.or(() -> Optional.of(load()))).orElseThrow();
    }

    /// Without OpenBLAS's jars, the JVM cannot even link the class that would load it.
    private static Blas load() {
      try {
        return Blas.load();
      } catch (LinkageError e) {
        throw new DeviceException(
            "cpu: the OpenBLAS library cannot be loaded (%s); put the jars openblas and javacpp with the natives of this platform on the class path"
                .formatted(e.getMessage()),
            e);
      }
    }

    static Workers workers(int threads) {
      return WORKERS.computeIfAbsent(threads, Workers::new);
    }
  }
}
