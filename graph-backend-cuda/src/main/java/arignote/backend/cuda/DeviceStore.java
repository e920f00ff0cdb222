package arignote.backend.cuda;

import arignote.backend.cuda.driver.DeviceMemory;
import arignote.ir.SharedStore;
import arignote.ir.TensorType;
import arignote.runtime.DeviceException;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Optional;

/// The value of a shared variable, or of a constant, in the memory of a device; freed when it is
/// closed and no call uses it, or when nobody can reach it any more.
final class DeviceStore implements SharedStore, Gpu.Tenant {
  private final Gpu gpu;
  private final DType dtype;
  private final long[] shape;
  private final DeviceMemory memory;
  private final Cleaner.Cleanable cleanable;

  /// How many calls need the memory now.
  private int users;

  private boolean closed;

  /// The value, once the device has been closed.
  private volatile Optional<HostTensor> returned = Optional.empty();

  private DeviceStore(Gpu gpu, HostTensor value, DeviceMemory memory) {
    this.gpu = gpu;
    this.dtype = value.dtype();
    this.shape = value.shape();
    this.memory = memory;
    this.cleanable = Cleaning.of(this, memory::close);
  }

  /// A copy of a value.
  ///
  /// @param name whose value it is, for messages
  /// @throws DeviceException if the device has no memory for it
  static DeviceStore of(Gpu gpu, String name, HostTensor value) {
    DeviceMemory memory =
        gpu.allocate(
            value.byteSize(),
            "%s, %s,".formatted(name, TensorType.of(value.dtype(), value.shape())),
            "use smaller parameters, or free functions and shared variables that are not needed");
    DeviceStore store = new DeviceStore(gpu, value, memory);
    try {
      store.fromHost(value);
    } catch (DeviceException e) {
      store.close();
      throw e;
    }
    return store;
  }

  long address() {
    return memory.address();
  }

  boolean isOn(Gpu other) {
    return gpu == other && returned.isEmpty();
  }

  @Override
  public void leave() {
    if (!gpu.device().isLost() && memory.isOpen()) {
      returned = Optional.of(toHost());
    }
    close();
  }

  @Override
  public HostTensor toHost() {
    if (returned.isPresent()) {
      return returned.get();
    }
    HostTensor value = HostTensor.allocate(HostTensor.COLLECTED, dtype, shape);
    Session session = gpu.take();
    try {
      session.stream().copyToHost(value.segment().address(), memory.address(), value.byteSize());
      session.stream().synchronize();
    } finally {
      gpu.giveBack(session);
    }
    return value;
  }

  @Override
  public void fromHost(HostTensor value) {
    if (returned.isPresent()) {
      returned.get().copyFrom(value);
      return;
    }
    HostTensor source = value.segment().isNative() ? value : value.copy();
    Session session = gpu.take();
    try {
      session.stream()
          .copyToDevice(memory.address(), source.segment().address(), source.byteSize());
      session.stream().synchronize();
    } finally {
      gpu.giveBack(session);
      Reference.reachabilityFence(source);
    }
  }

  /// Keeps the memory until it is released, even if the value moves elsewhere.
  synchronized void use() {
    users++;
  }

  /// Ends a use.
  synchronized void release() {
    users--;
    if (closed && users == 0) {
      cleanable.clean();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (users == 0) {
      cleanable.clean();
    }
  }
}
