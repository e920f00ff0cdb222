package arignote.backend.cuda.driver;

import arignote.runtime.DeviceException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;

/// A GPU: its primary context, from which memory, streams and kernels come.
///
/// A thread calls [#enter] before it uses anything of the device. An error that destroys the
/// context makes the device lost: from then on everything fails with a message that says so.
public final class Device implements AutoCloseable {
  private final int number;
  private final CUdevice device;
  private final CUcontext context;
  private final String name;
  private final int major;
  private final int minor;
  private final int processors;
  private final boolean launchesTogether;
  private final int sharedMemory;
  private final AtomicReference<Optional<String>> lost = new AtomicReference<>(Optional.empty());
  private final AtomicLong allocated = new AtomicLong();

  private Device(int number, CUdevice device, CUcontext context) {
    this.number = number;
    this.device = device;
    this.context = context;
    this.name = Driver.name(device);
    this.major =
        Driver.attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
    this.minor =
        Driver.attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    this.processors =
        Driver.attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
    this.launchesTogether =
        Driver.attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH) != 0;
    this.sharedMemory =
        Driver.attribute(
            device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
  }

  static Device open(int number) {
    CUdevice device = Driver.device(number);
    CUcontext context = new CUcontext();
    CudaResult result = new CudaResult(JCudaDriver.cuDevicePrimaryCtxRetain(context, device));
    if (result.code() != CudaResult.SUCCESS) {
      throw new DeviceException(
          ("gpu%d: no context on %s: %s; another process may use it exclusively or have all of its"
                  + " memory, nvidia-smi shows which")
              .formatted(number, Driver.name(device), result));
    }
    Device opened = new Device(number, device, context);
    opened.enter();
    return opened;
  }

  /// `sm_90`.
  public String architecture() {
    return "sm_" + major + minor;
  }

  /// How many multiprocessors it has.
  public int processors() {
    return processors;
  }

  /// Whether blocks of a kernel may wait for each other.
  public boolean launchesTogether() {
    return launchesTogether;
  }

  /// How many bytes of shared memory a block can have at most.
  public int sharedMemory() {
    return sharedMemory;
  }

  /// How many blocks of a kernel it holds at once, from now on with as much shared memory as this.
  public long resident(KernelHandle kernel, int threads, int shared) {
    check(
        JCudaDriver.cuFuncSetAttribute(
            kernel.function(),
            CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
            shared),
        "a kernel cannot have %d bytes of shared memory".formatted(shared));
    int[] blocks = {0};
    check(
        JCudaDriver.cuOccupancyMaxActiveBlocksPerMultiprocessor(
            blocks, kernel.function(), threads, shared),
        "it does not say how many blocks of a kernel it holds");
    return (long) blocks[0] * processors;
  }

  /// `gpu0`.
  public String id() {
    return "gpu" + number;
  }

  /// Lets this thread use the device.
  ///
  /// @throws DeviceException if it is lost
  public void enter() {
    lost.get()
        .ifPresent(cause -> {
          throw new DeviceException(
              "%s is lost since an earlier error: %s; start the program anew"
                  .formatted(id(), cause));
        });
    check(JCudaDriver.cuCtxSetCurrent(context), "the context cannot be used");
  }

  /// Whether an error destroyed the context.
  public boolean isLost() {
    return lost.get().isPresent();
  }

  /// Throws what a result code says, if it is an error.
  void check(int code, String problem) {
    CudaResult result = new CudaResult(code);
    if (code != CudaResult.SUCCESS) {
      String message = "%s: %s: %s".formatted(id(), problem, result);
      if (result.isFatal()) {
        lost.compareAndSet(Optional.empty(), Optional.of(result.toString()));
      }
      throw new DeviceException(message);
    }
  }

  /// Memory on the device; its contents do not matter.
  ///
  /// @throws OutOfDeviceMemory if there is not as much in one piece
  public DeviceMemory allocate(long bytes) throws OutOfDeviceMemory {
    enter();
    CUdeviceptr pointer = new CUdeviceptr();
    int code = JCudaDriver.cuMemAlloc(pointer, Math.max(bytes, 1));
    if (code == CudaResult.OUT_OF_MEMORY) {
      throw new OutOfDeviceMemory(bytes);
    }
    check(code, "no memory");
    allocated.addAndGet(bytes);
    return new DeviceMemory(this, pointer, bytes);
  }

  /// Memory of the host that the device reads and writes too, at the same address.
  public PinnedMemory allocatePinned(long bytes) {
    enter();
    Pointer pointer = new Pointer();
    check(
        JCudaDriver.cuMemHostAlloc(
            pointer, Math.max(bytes, 1), JCudaDriver.CU_MEMHOSTALLOC_DEVICEMAP),
        "no %d bytes of pinned memory of the host".formatted(bytes));
    return new PinnedMemory(this, pointer, bytes);
  }

  void freed(long bytes) {
    allocated.addAndGet(-bytes);
  }

  /// How much memory of the device this process holds in [DeviceMemory].
  public long allocated() {
    return allocated.get();
  }

  /// How much memory is free, and how much there is.
  public long[] memory() {
    enter();
    long[] free = {0};
    long[] total = {0};
    check(JCudaDriver.cuMemGetInfo(free, total), "no figures of its memory");
    return new long[] {free[0], total[0]};
  }

  /// A new queue of work.
  public Stream stream() {
    enter();
    return Stream.create(this);
  }

  /// Loads compiled kernels.
  ///
  /// @param image a cubin of this architecture
  /// @throws DeviceException if the driver does not take it
  public KernelModule load(byte[] image) {
    enter();
    CUmodule module = new CUmodule();
    check(JCudaDriver.cuModuleLoadData(module, image), "a compiled kernel cannot be loaded");
    return new KernelModule(this, module);
  }

  @Override
  public String toString() {
    long[] memory = memory();
    return "%s, %s, %d multiprocessors, %.1f of %.1f GiB free"
        .formatted(name, architecture(), processors, memory[0] / 0x1p30, memory[1] / 0x1p30);
  }

  /// Gives the context back.
  @Override
  public void close() {
    JCudaDriver.cuDevicePrimaryCtxRelease(device);
  }
}
