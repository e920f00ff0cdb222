package arignote.backend.cuda.driver;

import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;

/// Compiled kernels on a device, until it is closed.
public final class KernelModule implements AutoCloseable {
  private final Device device;
  private final CUmodule module;

  KernelModule(Device device, CUmodule module) {
    this.device = device;
    this.module = module;
  }

  /// A kernel of the module.
  ///
  /// @throws arignote.runtime.DeviceException if it has none of this name
  public KernelHandle kernel(String name) {
    device.enter();
    CUfunction function = new CUfunction();
    device.check(
        JCudaDriver.cuModuleGetFunction(function, module, name),
        "the compiled kernel \"%s\" is not in its module".formatted(name));
    return new KernelHandle(function);
  }

  @Override
  public void close() {
    if (!device.isLost()) {
      device.enter();
      device.check(JCudaDriver.cuModuleUnload(module), "a kernel cannot be unloaded");
    }
  }
}
