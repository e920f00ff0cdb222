package arignote.backend.cuda;

import arignote.backend.cuda.driver.DeviceMemory;
import arignote.backend.cuda.driver.OutOfDeviceMemory;
import arignote.backend.cuda.driver.PinnedMemory;
import arignote.backend.cuda.driver.Products;
import arignote.backend.cuda.driver.Stream;
import arignote.plan.Slot;
import arignote.plan.View;
import arignote.runtime.DeviceException;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// What one call at a time needs of a device: a stream, cuBLAS on it, memory for intermediate
/// values, pinned memory for what goes to and fro. Calls one after the other, of whatever function,
/// use the same.
final class Session implements AutoCloseable {
  /// For cuBLAS, which would otherwise allocate its own, and what it captures would depend on that.
  private static final long WORKSPACE = 8 << 20;

  /// In pinned memory: the number of the op that started last, the errors, a number that was read.
  private static final long PROGRESS = 0;

  private static final long ERRORS = 64;
  static final long ERROR_BYTES = 24;
  private static final long NUMBER = 128;
  private static final long FIXED = 192;

  private final Gpu gpu;
  private final Stream stream;
  private final PinnedMemory fixed;
  private final Staging arguments;
  private final Staging results;
  private Optional<DeviceMemory> arena = Optional.empty();
  private Optional<Products> products = Optional.empty();
  private Optional<Stopwatch> stopwatch = Optional.empty();
  private Optional<DeviceMemory> workspace = Optional.empty();

  Session(Gpu gpu) {
    this.gpu = gpu;
    this.fixed = gpu.device().allocatePinned(FIXED);
    try {
      this.stream = gpu.device().stream();
    } catch (DeviceException e) {
      fixed.close();
      throw e;
    }
    this.arguments = new Staging(gpu.device());
    this.results = new Staging(gpu.device());
    fixed.segment().fill((byte) 0);
  }

  /// What is noted of errors: the number of the op, plus 1, the position, the index.
  static View errors(Slot slot) {
    return View.dense(slot, DType.I64, 3);
  }

  /// What says that something must not happen, if it is not 0.
  static View flag(Slot slot) {
    return View.dense(slot, DType.I64);
  }

  Stream stream() {
    return stream;
  }

  /// cuBLAS on the stream, from the first product on.
  ///
  /// @param tensorFloats whether products of `f32` may round their operands to TF32
  Products products(boolean tensorFloats) {
    Products known = products.orElseGet(this::openProducts);
    products = Optional.of(known);
    known.tensorFloats(tensorFloats);
    return known;
  }

  private Products openProducts() {
    DeviceMemory memory =
        workspace.orElseGet(
            () -> gpu.allocate(WORKSPACE, "a workspace of cuBLAS", "run with smaller arguments"));
    workspace = Optional.of(memory);
    return gpu.cublas().products(stream, memory.address(), WORKSPACE);
  }

  /// What times the work of a call.
  Stopwatch stopwatch(Profiler profiler) {
    Stopwatch made = stopwatch.orElseGet(() -> new Stopwatch(stream));
    stopwatch = Optional.of(made);
    made.start(profiler);
    return made;
  }

  /// Memory for intermediate values.
  ///
  /// @throws OutOfDeviceMemory if the device has not as much left
  long arena(long bytes) throws OutOfDeviceMemory {
    if (arena.isEmpty() || arena.get().bytes() < bytes) {
      dropArena();
      arena = Optional.of(gpu.device().allocate(bytes));
    }
    return arena.get().address();
  }

  /// Gives the memory for intermediate values back, until the next call.
  void dropArena() {
    arena.ifPresent(DeviceMemory::close);
    arena = Optional.empty();
  }

  /// Pinned memory to copy arguments through; what it held before is lost.
  MemorySegment argumentStaging(long bytes) {
    return arguments.room(bytes);
  }

  /// Pinned memory to copy results through; what it held before is lost.
  MemorySegment resultStaging(long bytes) {
    return results.room(bytes);
  }

  /// Where kernels say that they have started.
  long progress() {
    return fixed.segment().address() + PROGRESS;
  }

  /// The number of the op that started last.
  long started() {
    return fixed.segment().get(ValueLayout.JAVA_LONG, PROGRESS);
  }

  /// Waits for all work, with the errors that it noted.
  void finish(long errors) {
    stream.copyToHost(fixed.segment().address() + ERRORS, errors, ERROR_BYTES);
    stream.synchronize();
  }

  /// Waits for what there is of the work of a call that has failed.
  void abandon() {
    if (!gpu.device().isLost()) {
      try {
        gpu.enter();
        stream.synchronize();
      } catch (DeviceException _) {
        // The call says already what went wrong.
      }
    }
  }

  /// Waits for all work, with a number of a few bytes and the errors that it noted.
  void read(long address, int bytes, long errors) {
    fixed.segment().set(ValueLayout.JAVA_LONG, NUMBER, 0);
    stream.copyToHost(fixed.segment().address() + NUMBER, address, bytes);
    finish(errors);
  }

  /// What [#read] read.
  long numberRead() {
    return fixed.segment().get(ValueLayout.JAVA_LONG, NUMBER);
  }

  /// Waits for all work, with the elements of a tensor.
  HostTensor tensor(long address, DType dtype, long[] shape) {
    HostTensor tensor = HostTensor.zeros(dtype, shape);
    MemorySegment staging = resultStaging(tensor.byteSize());
    stream.copyToHost(staging.address(), address, tensor.byteSize());
    stream.synchronize();
    MemorySegment.copy(staging, 0, tensor.segment(), 0, tensor.byteSize());
    return tensor;
  }

  /// The number of the op whose check noted an error, plus 1; 0 if there was none.
  long errorOperation() {
    return fixed.segment().get(ValueLayout.JAVA_LONG, ERRORS);
  }

  long errorPosition() {
    return fixed.segment().get(ValueLayout.JAVA_LONG, ERRORS + 8);
  }

  long errorIndex() {
    return fixed.segment().get(ValueLayout.JAVA_LONG, ERRORS + 16);
  }

  @Override
  public void close() {
    stopwatch.ifPresent(Stopwatch::close);
    products.ifPresent(Products::close);
    workspace.ifPresent(DeviceMemory::close);
    dropArena();
    arguments.close();
    results.close();
    fixed.close();
    stream.close();
  }
}
