package arignote.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;

/// Where buffers lie in one block of memory, so that those needed at the same time never overlap
/// and others share it.
public final class BufferPlan {
  /// Every buffer starts at a multiple of this many bytes: a cache line, a vector.
  public static final long ALIGNMENT = 64;

  /// For more buffers than this, one plan has to do: others take time that grows with the square of
  /// the number.
  private static final int MOST_COMPARED = 2000;

  /// How long a buffer is needed: from one position in the order of work to another, both included.
  public record Lifetime(int from, int to, long bytes) {
    private double area() {
      return (double) bytes * (to - from + 1);
    }
  }

  private static final List<Comparator<Lifetime>> ORDERS =
      List.of(
          Comparator.comparingLong(Lifetime::bytes).reversed(),
          Comparator.comparingDouble(Lifetime::area).reversed(),
          Comparator.comparingInt(Lifetime::from).reversed(),
          Comparator.comparingInt(Lifetime::to).reversed());

  private record Gap(long bytes, long offset) {}

  private final long[] offsets;
  private final long bytes;

  private BufferPlan(long[] offsets, long bytes) {
    this.offsets = offsets;
    this.bytes = bytes;
  }

  /// Places buffers so that they take little memory: the best of five plans. In the order in which
  /// buffers are first needed, those that stay cut the memory into gaps in which large ones do not
  /// fit later. Large ones first, by bytes or by bytes times time, leaves gaps that small ones
  /// fill; so do the last ones first, where what is large comes late.
  public static BufferPlan of(List<Lifetime> lifetimes) {
    BufferPlan best = inOrder(lifetimes);
    if (lifetimes.size() <= MOST_COMPARED) {
      for (Comparator<Lifetime> order : ORDERS) {
        Placement placement = new Placement(lifetimes, order);
        if (placement.bytes() < best.bytes) {
          best = new BufferPlan(placement.offsets(), placement.bytes());
        }
      }
    }
    return best;
  }

  /// Places buffers in the order in which they are first needed, each in the smallest gap that
  /// holds it.
  private static BufferPlan inOrder(List<Lifetime> lifetimes) {
    List<Integer> byStart = new ArrayList<>();
    for (int i = 0; i < lifetimes.size(); i++) {
      byStart.add(i);
    }
    byStart.sort(Comparator.comparingInt(i -> lifetimes.get(i).from()));
    PriorityQueue<Integer> live =
        new PriorityQueue<>(
            Comparator.<Integer>comparingInt(i -> lifetimes.get(i).to()).thenComparingInt(i -> i));
    Gaps gaps = new Gaps();
    long[] offsets = new long[lifetimes.size()];
    for (int i : byStart) {
      while (!live.isEmpty() && lifetimes.get(live.peek()).to() < lifetimes.get(i).from()) {
        int dead = live.remove();
        gaps.free(offsets[dead], aligned(lifetimes.get(dead).bytes()));
      }
      offsets[i] = gaps.take(aligned(lifetimes.get(i).bytes()));
      live.add(i);
    }
    return new BufferPlan(offsets, gaps.end);
  }

  static long aligned(long bytes) {
    return Math.max(ALIGNMENT, Math.addExact(bytes, ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
  }

  /// Where a buffer starts.
  public long offset(int buffer) {
    return offsets[buffer];
  }

  /// How much memory all of them take.
  public long bytes() {
    return bytes;
  }

  /// The free stretches below `end`, neighbours always joined.
  private static final class Gaps {
    private final TreeMap<Long, Long> byOffset = new TreeMap<>();
    private final TreeSet<Gap> bySize =
        new TreeSet<>(Comparator.comparingLong(Gap::bytes).thenComparingLong(Gap::offset));
    private long end;

    long take(long bytes) {
      Gap gap = bySize.ceiling(new Gap(bytes, 0));
      if (gap != null) {
        remove(gap.offset, gap.bytes);
        if (gap.bytes > bytes) {
          add(gap.offset + bytes, gap.bytes - bytes);
        }
        return gap.offset;
      }
      long offset = end;
      Map.Entry<Long, Long> last = byOffset.lastEntry();
      if (last != null && last.getKey() + last.getValue() == end) {
        offset = last.getKey();
        remove(last.getKey(), last.getValue());
      }
      end = Math.addExact(offset, bytes);
      return offset;
    }

    void free(long offset, long bytes) {
      long from = offset;
      long to = offset + bytes;
      Map.Entry<Long, Long> before = byOffset.lowerEntry(from);
      if (before != null && before.getKey() + before.getValue() == from) {
        from = before.getKey();
        remove(before.getKey(), before.getValue());
      }
      Long after = byOffset.get(to);
      if (after != null) {
        remove(to, after);
        to += after;
      }
      add(from, to - from);
    }

    private void add(long offset, long bytes) {
      byOffset.put(offset, bytes);
      bySize.add(new Gap(bytes, offset));
    }

    private void remove(long offset, long bytes) {
      byOffset.remove(offset);
      bySize.remove(new Gap(bytes, offset));
    }
  }
}
