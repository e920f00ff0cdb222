package arignote.backend.cuda.driver;

import jcuda.driver.CUgraphExec;
import jcuda.driver.JCudaDriver;

/// Work that was captured from a [Stream] as a CUDA graph, until it is closed.
public final class CapturedWork implements AutoCloseable {
  private final Device device;
  private final CUgraphExec executable;

  CapturedWork(Device device, CUgraphExec executable) {
    this.device = device;
    this.executable = executable;
  }

  CUgraphExec executable() {
    return executable;
  }

  @Override
  public void close() {
    if (!device.isLost()) {
      device.enter();
      device.check(JCudaDriver.cuGraphExecDestroy(executable), "captured work cannot be freed");
    }
  }
}
