package arignote.backend.cuda.driver;

import java.lang.foreign.MemorySegment;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;

/// Memory of the host that the device can copy from and to while the host goes on, and that kernels
/// can write to; until it is closed.
public final class PinnedMemory implements AutoCloseable {
  private final Device device;
  private final Pointer pointer;
  private final MemorySegment segment;
  private boolean closed;

  PinnedMemory(Device device, Pointer pointer, long bytes) {
    this.device = device;
    this.pointer = pointer;
    this.segment = MemorySegment.ofAddress(Addresses.of(pointer)).reinterpret(bytes);
  }

  /// The memory; not to be used once it is closed.
  public MemorySegment segment() {
    return segment;
  }

  /// Frees the memory; only the first call does.
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (!device.isLost()) {
      device.enter();
      device.check(JCudaDriver.cuMemFreeHost(pointer), "pinned memory cannot be freed");
    }
  }
}
