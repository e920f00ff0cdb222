package arignote.backend.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/// A queue of work for a device, done in order, until it is closed. For one thread at a time, which
/// has entered the device.
public final class Stream implements AutoCloseable {
  /// How large a kernel's arguments may be.
  private static final long MOST_ARGUMENTS = 4096;

  private final Device device;
  private final CUstream stream;
  private final Arena arena = Arena.ofShared();

  /// What launches point to: the address of the arguments, then the arguments.
  private final MemorySegment arguments;

  private final Pointer argumentList;

  private Stream(Device device, CUstream stream) {
    this.device = device;
    this.stream = stream;
    this.arguments = arena.allocate(8 + MOST_ARGUMENTS, 8);
    arguments.set(ValueLayout.JAVA_LONG, 0, arguments.address() + 8);
    this.argumentList = Addresses.host(arguments.address());
  }

  static Stream create(Device device) {
    CUstream stream = new CUstream();
    device.check(
        JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING),
        "a stream cannot be created");
    return new Stream(device, stream);
  }

  CUstream handle() {
    return stream;
  }

  /// The native handle, for cuBLAS.
  long address() {
    return new StreamAddress(stream).address();
  }

  private static final class StreamAddress extends NativePointerObject {
    StreamAddress(CUstream stream) {
      super(stream);
    }

    long address() {
      return getNativePointer();
    }
  }

  /// Launches a kernel with one argument, a structure of 64-bit numbers. They are copied: the array
  /// may change afterwards.
  ///
  /// @param count how many of the numbers there are
  public void launch(KernelHandle kernel, long blocks, int threads, long[] numbers, int count) {
    MemorySegment.copy(numbers, 0, arguments, ValueLayout.JAVA_LONG, 8, count);
    device.check(
        JCudaDriver.cuLaunchKernel(
            kernel.function(),
            Math.toIntExact(blocks),
            1,
            1,
            threads,
            1,
            1,
            0,
            stream,
            argumentList,
            null),
        "a kernel cannot be launched");
  }

  /// Launches a kernel whose blocks all run at once, so that they may wait for each other.
  ///
  /// @param shared how many bytes of shared memory a block has, for which [Device#resident] has
  ///   been asked
  /// @throws CaptureUnsupported if work is captured, and the driver cannot capture this
  public void launchTogether(
      KernelHandle kernel, long blocks, int threads, int shared, long[] numbers, int count) {
    MemorySegment.copy(numbers, 0, arguments, ValueLayout.JAVA_LONG, 8, count);
    int code =
        JCudaDriver.cuLaunchCooperativeKernel(
            kernel.function(),
            Math.toIntExact(blocks),
            1,
            1,
            threads,
            1,
            1,
            shared,
            stream,
            argumentList);
    if (code == CudaResult.CAPTURE_UNSUPPORTED) {
      throw new CaptureUnsupported(new CudaResult(code).toString());
    }
    device.check(code, "a kernel whose blocks run together cannot be launched");
  }

  /// Copies from the host; from pinned memory, the host must leave it alone until the copy is made.
  public void copyToDevice(long to, long from, long bytes) {
    if (bytes > 0) {
      device.check(
          JCudaDriver.cuMemcpyHtoDAsync(Addresses.device(to), Addresses.host(from), bytes, stream),
          "a copy to the device failed");
    }
  }

  /// Copies to the host; into pinned memory, the data is there after [#synchronize].
  public void copyToHost(long to, long from, long bytes) {
    if (bytes > 0) {
      device.check(
          JCudaDriver.cuMemcpyDtoHAsync(Addresses.host(to), Addresses.device(from), bytes, stream),
          "a copy from the device failed");
    }
  }

  /// Copies on the device.
  public void copy(long to, long from, long bytes) {
    if (bytes > 0) {
      device.check(
          JCudaDriver.cuMemcpyDtoDAsync(
              Addresses.device(to), Addresses.device(from), bytes, stream),
          "a copy on the device failed");
    }
  }

  /// Sets bytes on the device to 0.
  public void clear(long address, long bytes) {
    if (bytes > 0) {
      device.check(
          JCudaDriver.cuMemsetD8Async(Addresses.device(address), (byte) 0, bytes, stream),
          "memory cannot be cleared");
    }
  }

  /// Waits until all work is done; errors of earlier work are thrown here.
  public void synchronize() {
    device.check(JCudaDriver.cuStreamSynchronize(stream), "the device failed");
  }

  /// A mark that can be put into work.
  public Event event() {
    return Event.create(device);
  }

  /// Marks the work so far.
  public void mark(Event event) {
    device.check(JCudaDriver.cuEventRecord(event.handle(), stream), "work cannot be marked");
  }

  /// From here to [#endCapture] work is written down instead of done.
  public void beginCapture() {
    device.check(
        JCudaDriver.cuStreamBeginCapture(
            stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL),
        "work cannot be captured");
  }

  /// What was captured, ready to be launched.
  public CapturedWork endCapture() {
    CUgraph graph = new CUgraph();
    device.check(JCudaDriver.cuStreamEndCapture(stream, graph), "work cannot be captured");
    CUgraphExec executable = new CUgraphExec();
    int code = JCudaDriver.cuGraphInstantiate(executable, graph, 0);
    JCudaDriver.cuGraphDestroy(graph);
    device.check(code, "captured work cannot be made ready");
    return new CapturedWork(device, executable);
  }

  /// Stops a capture that went wrong, whatever state it is in.
  public void abandonCapture() {
    CUgraph graph = new CUgraph();
    if (JCudaDriver.cuStreamEndCapture(stream, graph) == CudaResult.SUCCESS) {
      JCudaDriver.cuGraphDestroy(graph);
    }
  }

  /// Does captured work.
  public void launch(CapturedWork work) {
    device.check(
        JCudaDriver.cuGraphLaunch(work.executable(), stream), "captured work cannot be launched");
  }

  @Override
  public void close() {
    if (!device.isLost()) {
      device.enter();
      device.check(JCudaDriver.cuStreamDestroy(stream), "a stream cannot be closed");
    }
    arena.close();
  }
}
