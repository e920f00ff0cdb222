package arignote.backend.cuda;

import arignote.backend.cuda.driver.Device;
import arignote.backend.cuda.driver.PinnedMemory;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Pinned memory that grows as more is needed.
final class Staging implements AutoCloseable {
  private final Device device;
  private Optional<PinnedMemory> memory = Optional.empty();

  Staging(Device device) {
    this.device = device;
  }

  /// Memory of some bytes at least; what it held before is lost.
  ///
  /// @throws arignote.runtime.DeviceException if the host has not as much
  MemorySegment room(long bytes) {
    if (memory.isEmpty() || memory.get().segment().byteSize() < bytes) {
      close();
      memory = Optional.of(device.allocatePinned(bytes + bytes / 4));
    }
    return memory.get().segment();
  }

  @Override
  public void close() {
    memory.ifPresent(PinnedMemory::close);
    memory = Optional.empty();
  }
}
