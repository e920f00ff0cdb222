package arignote.backend.cuda;

import arignote.runtime.Backend;
import arignote.runtime.CompileOptions;
import arignote.runtime.DeviceException;
import arignote.runtime.Executable;
import arignote.runtime.Program;

/// What answers to `-Ddevice=gpu`: that there is no CUDA backend yet.
public final class CudaBackend implements Backend {
  @Override
  public String name() {
    return "gpu";
  }

  @Override
  public Executable compile(Program program, CompileOptions options) {
    throw new DeviceException(
        "device \"%s\": no CUDA backend yet; run with -Ddevice=cpu".formatted(options.device()));
  }
}
