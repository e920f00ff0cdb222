package arignote.backend.cpu;

import arignote.backend.cpu.blas.Blas;
import arignote.backend.cpu.codegen.Kernels;
import arignote.runtime.Backend;
import arignote.runtime.CompileOptions;
import arignote.runtime.Executable;
import arignote.runtime.Program;

/// Runs programs on the CPU: matrix products through OpenBLAS, everything else as generated loops.
public final class CpuBackend implements Backend {
  /// For the `ServiceLoader`.
  public CpuBackend() {}

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public Executable compile(Program program, CompileOptions options) {
    Program core = program.withGraph(CustomOps.decompose(program.graph()));
    Toolbox tools =
        new Toolbox(
            Shared.KERNELS, Shared.workers(options.threads()), Shared.BLAS, options.threads());
    return new CpuExecutable(new ProgramPreparation(core, tools));
  }

  private static final class Shared {
    static final Kernels KERNELS = Kernels.create();
    static final Blas BLAS = Blas.load();

    static Workers workers(int threads) {
      return new Workers(threads);
    }
  }
}
