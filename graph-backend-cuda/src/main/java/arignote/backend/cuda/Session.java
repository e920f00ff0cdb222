package arignote.backend.cuda;

import arignote.backend.cuda.driver.Cublas;
import arignote.backend.cuda.driver.DeviceMemory;
import arignote.backend.cuda.driver.OutOfDeviceMemory;
import arignote.backend.cuda.driver.PinnedMemory;
import arignote.backend.cuda.driver.Products;
import arignote.backend.cuda.driver.Stream;
import arignote.plan.Slot;
import arignote.plan.View;
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
  private PinnedMemory arguments;
  private PinnedMemory results;
  private Optional<DeviceMemory> arena = Optional.empty();
  private Optional<Products> products = Optional.empty();
  private Optional<Stopwatch> stopwatch = Optional.empty();
  private Optional<DeviceMemory> workspace = Optional.empty();

  Session(Gpu gpu) {
    this.gpu = gpu;
    this.stream = gpu.device().stream();
    this.fixed = gpu.device().allocatePinned(FIXED);
    this.arguments = gpu.device().allocatePinned(64);
    this.results = gpu.device().allocatePinned(64);
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
  Products products() {
    if (products.isEmpty()) {
      Cublas cublas = gpu.cublas();
      Products made = cublas.products(stream, Boolean.getBoolean("arignote.cuda.tf32"));
      products = Optional.of(made);
      DeviceMemory memory =
          gpu.allocate(WORKSPACE, "a workspace of cuBLAS", "run with smaller arguments");
      workspace = Optional.of(memory);
      made.workspace(memory.address(), WORKSPACE);
    }
    return products.get();
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
    arguments = grown(arguments, bytes);
    return arguments.segment();
  }

  /// Pinned memory to copy results through; what it held before is lost.
  MemorySegment resultStaging(long bytes) {
    results = grown(results, bytes);
    return results.segment();
  }

  private PinnedMemory grown(PinnedMemory memory, long bytes) {
    if (memory.segment().byteSize() >= bytes) {
      return memory;
    }
    memory.close();
    return gpu.device().allocatePinned(bytes + bytes / 4);
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
