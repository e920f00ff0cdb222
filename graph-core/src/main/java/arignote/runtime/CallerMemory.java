package arignote.runtime;

import arignote.tensor.HostTensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;

/// Memory of a caller for the results of one call. Backends write to addresses, so what they must
/// not write to is refused here.
final class CallerMemory implements SegmentAllocator {
  private final String function;
  private final SegmentAllocator memory;
  private final List<HostTensor> arguments;
  private final List<MemorySegment> results = new ArrayList<>();

  CallerMemory(String function, SegmentAllocator memory, List<HostTensor> arguments) {
    this.function = function;
    this.memory = memory;
    this.arguments = arguments;
  }

  /// @throws ArgumentException if there is none, or none that a result can be written to
  @Override
  public MemorySegment allocate(long bytes, long alignment) {
    MemorySegment segment;
    try {
      segment = memory.allocate(bytes, alignment);
    } catch (IndexOutOfBoundsException | IllegalArgumentException | IllegalStateException e) {
      throw error("has no %d bytes: %s".formatted(bytes, e.getMessage()));
    }
    if (!segment.isNative()) {
      throw error("lies in the Java heap; allocate it from an Arena");
    }
    if (segment.isReadOnly()) {
      throw error("is read-only");
    }
    if (!segment.scope().isAlive() || !segment.isAccessibleBy(Thread.currentThread())) {
      throw error(
          segment.scope().isAlive() ? "is confined to another thread" : "is closed already");
    }
    if (segment.byteSize() < bytes || segment.address() % alignment != 0) {
      throw error(
          "has %d bytes at %#x; expected %d at a multiple of %d"
              .formatted(segment.byteSize(), segment.address(), bytes, alignment));
    }
    for (int i = 0; i < arguments.size(); i++) {
      if (overlap(segment, arguments.get(i).segment())) {
        throw error("overlaps argument " + i);
      }
    }
    for (int i = 0; i < results.size(); i++) {
      if (overlap(segment, results.get(i))) {
        throw error(
            "overlaps that of result %d; allocate them apart, as SegmentAllocator.slicingAllocator does"
                .formatted(i));
      }
    }
    results.add(segment);
    return segment;
  }

  private static boolean overlap(MemorySegment left, MemorySegment right) {
    return right.isNative()
        && left.address() < right.address() + right.byteSize()
        && right.address() < left.address() + left.byteSize();
  }

  private ArgumentException error(String reason) {
    return new ArgumentException(
        "function \"%s\": the memory for result %d %s".formatted(function, results.size(), reason));
  }
}
