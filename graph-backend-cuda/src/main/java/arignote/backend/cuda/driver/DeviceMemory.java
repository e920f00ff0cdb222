package arignote.backend.cuda.driver;

import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;

/// A stretch of a device's memory, until it is closed.
public final class DeviceMemory implements AutoCloseable {
  private final Device device;
  private final CUdeviceptr pointer;
  private final long address;
  private final long bytes;
  private boolean closed;

  DeviceMemory(Device device, CUdeviceptr pointer, long bytes) {
    this.device = device;
    this.pointer = pointer;
    this.address = Addresses.of(pointer);
    this.bytes = bytes;
  }

  public long address() {
    return address;
  }

  public long bytes() {
    return bytes;
  }

  /// Whether it has not been freed.
  public synchronized boolean isOpen() {
    return !closed;
  }

  /// Frees the memory; only the first call does. Of a device that is lost there is nothing to free.
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    device.freed(bytes);
    if (!device.isLost()) {
      device.enter();
      device.check(JCudaDriver.cuMemFree(pointer), "memory cannot be freed");
    }
  }
}
