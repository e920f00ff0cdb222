package arignote.plan;

import arignote.plan.BufferPlan.Lifetime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Places buffers in a given order, each in the smallest gap that holds it between those that are
/// placed already and needed at the same time.
///
/// The time grows with the square of the number of buffers.
final class Placement {
  private final List<Lifetime> lifetimes;
  private final long[] offsets;
  private long end;

  /// Ordered by offset.
  private final List<Integer> placed = new ArrayList<>();

  /// @param order which buffers come first
  Placement(List<Lifetime> lifetimes, Comparator<Lifetime> order) {
    this.lifetimes = lifetimes;
    this.offsets = new long[lifetimes.size()];
    IntStream.range(0, offsets.length)
        .boxed()
        .sorted(Comparator.comparing(lifetimes::get, order))
        .forEach(this::place);
  }

  /// Where each buffer starts.
  long[] offsets() {
    return offsets;
  }

  /// How much memory all of them take.
  long bytes() {
    return end;
  }

  private long bytes(int buffer) {
    return BufferPlan.aligned(lifetimes.get(buffer).bytes());
  }

  private void place(int buffer) {
    long needed = bytes(buffer);
    long smallest = Long.MAX_VALUE;
    long free = 0;
    for (int other : placed) {
      if (meet(buffer, other)) {
        long gap = offsets[other] - free;
        if (gap >= needed && gap < smallest) {
          smallest = gap;
          offsets[buffer] = free;
        }
        free = Math.max(free, offsets[other] + bytes(other));
      }
    }
    if (smallest == Long.MAX_VALUE) {
      offsets[buffer] = free;
    }
    end = Math.max(end, Math.addExact(offsets[buffer], needed));
    int position = 0;
    while (position < placed.size() && offsets[placed.get(position)] <= offsets[buffer]) {
      position++;
    }
    placed.add(position, buffer);
  }

  private boolean meet(int left, int right) {
    return lifetimes.get(left).from() <= lifetimes.get(right).to()
        && lifetimes.get(right).from() <= lifetimes.get(left).to();
  }
}
