package arignote.backend.cuda.loop;

import arignote.plan.Slot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a division is laid out on a device: how many blocks of how many threads there are, and what
/// of each lies where in its shared memory.
///
/// @param weights for each task where its block's columns of the weights are; 0 without
/// @param repeated where the slots are that each block has for itself
/// @param bytes how much shared memory a block needs
public record Arrangement(
    Division division,
    long blocks,
    int threads,
    List<Long> weights,
    Map<Slot, Long> repeated,
    long bytes) {
  /// As many threads as a block has at most, whose registers, 255 each, a processor of any kind
  /// has.
  private static final int MOST_THREADS = 256;

  private static final int WARP = 32;
  private static final long ALIGNMENT = 16;

  /// So many rows of a product a thread does at once, if that leaves work for all threads.
  private static final int ROWS = 4;

  /// The arrangement that is estimated to be the fastest; empty if none fits. There is one block on
  /// a processor at most: then it fits whatever registers the compiler takes.
  ///
  /// @param processors how many the device has
  /// @param sharedMemory how many bytes a block can have
  public static Optional<Arrangement> fastest(
      Division division, int processors, long sharedMemory) {
    Optional<Arrangement> best = Optional.empty();
    for (long blocks = 1; blocks <= processors; blocks++) {
      Arrangement tried = of(division, blocks);
      boolean isBetter =
          best.isEmpty()
              || Estimate.ofStep(tried).nanoseconds() < Estimate.ofStep(best.get()).nanoseconds();
      if (tried.bytes <= sharedMemory && isBetter) {
        best = Optional.of(tried);
      }
    }
    return best;
  }

  private static Arrangement of(Division division, long blocks) {
    List<Long> weights = new ArrayList<>();
    long bytes = 0;
    long work = 1;
    for (Task task : division.tasks()) {
      weights.add(bytes);
      long positions = positions(task, blocks);
      if (task.stage() instanceof Stage.Product product) {
        long columns = positions / Math.max(1, product.rows());
        bytes += aligned(columns * product.inner() * product.to().dtype().bytes());
        positions *= Math.min(WARP, product.inner());
      }
      work = Math.max(work, positions);
    }
    Map<Slot, Long> repeated = new LinkedHashMap<>();
    for (Slot slot : division.repeated()) {
      repeated.put(slot, bytes);
      bytes += aligned(slot.bytes());
    }
    int threads = (int) Math.min(MOST_THREADS, (work + WARP - 1) / WARP * WARP);
    return new Arrangement(division, blocks, threads, weights, repeated, bytes);
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /// How many elements of a task the block with the most of them computes.
  long positions(Task task) {
    return positions(task, blocks);
  }

  private static long positions(Task task, long blocks) {
    long size =
        switch (task.stage()) {
          case Stage.Elementwise elementwise -> elementwise.loop().size();
          case Stage.Product product -> product.rows() * product.columns();
        };
    return switch (task.sharing()) {
      case Sharing.Columns(long count) -> size / count * ((count + blocks - 1) / blocks);
      case Sharing.Positions() -> (size + blocks - 1) / blocks;
      case Sharing.Everything() -> size;
    };
  }

  /// How many rows of a product a thread does at once.
  public int rowsAtOnce(Task task, Stage.Product product) {
    return product.rows() >= ROWS && positions(task) / ROWS * WARP >= threads ? ROWS : 1;
  }

  /// How many threads share an element of a product, or those that one would do at once.
  public int lanes(Task task, Stage.Product product) {
    long columns = positions(task) / product.rows();
    int rows = rowsAtOnce(task, product);
    long tiles = (product.rows() + rows - 1) / rows * columns;
    long lanes = 1;
    while (lanes < WARP && lanes * 2 * tiles <= threads && lanes * 2 <= product.inner()) {
      lanes *= 2;
    }
    return (int) lanes;
  }
}
