package arignote.backend.cuda.loop;

import arignote.backend.cuda.kernel.Loop;
import arignote.plan.LoopBody;

/// How long something may take on a device. It decides between two ways to do the same, so what
/// counts is the order of magnitude.
///
/// None of these figures has been measured with this backend: they are what is commonly found on
/// data-centre cards of 2020 to 2024. A figure that is wrong by half moves the size from which on a
/// loop is done step by step, not the results; `-Darignote.cuda.persistent` overrules it.
///
/// @param nanoseconds of a step
public record Estimate(double nanoseconds) {
  /// From the end of a kernel in a captured graph to the start of the next, and its own first and
  /// last accesses to memory.
  private static final double KERNEL = 2500;

  /// Until all blocks have seen that all have arrived, and more for each block, as their arrivals
  /// are counted one after another.
  private static final double WAIT_OF_ALL = 1000;

  private static final double WAIT_FOR_EACH = 4;
  private static final double WAIT_OF_BLOCK = 30;

  /// Until what was written by other blocks has come from the cache that all share.
  private static final double ACCESS = 500;

  /// What a processor computes of a loop in a nanosecond: operations, of which most are waiting for
  /// one another or are elementary functions.
  private static final double OPERATIONS = 40;

  /// What a processor multiplies and adds in a nanosecond, with weights in shared memory, in single
  /// precision.
  private static final double PRODUCTS = 20;

  /// Bytes that a processor reads in a nanosecond from the cache that all share.
  private static final double CACHE = 50;

  /// What cuBLAS multiplies and adds in a nanosecond in small matrices, in single precision.
  private static final double LIBRARY_PRODUCTS = 10_000;

  /// Bytes that all processors together read in a nanosecond.
  private static final double MEMORY = 2000;

  /// Double precision takes so many times as long.
  private static final double DOUBLE = 2;

  /// A step of a kernel that does the whole loop.
  public static Estimate ofStep(Arrangement arrangement) {
    double sum = 0;
    for (Wait wait : arrangement.division().waits()) {
      sum +=
          switch (wait) {
            case NOBODY -> 0;
            case BLOCK -> WAIT_OF_BLOCK;
            case ALL -> WAIT_OF_ALL + WAIT_FOR_EACH * arrangement.blocks();
          };
    }
    for (Task task : arrangement.division().tasks()) {
      long positions = arrangement.positions(task);
      sum +=
          ACCESS
              + switch (task.stage()) {
                case Stage.Elementwise(Loop loop) ->
                    positions * (operations(loop) / OPERATIONS + loopBytes(loop) / CACHE);
                case Stage.Product product ->
                    precision(product) * positions * product.inner() / PRODUCTS
                        + product.x().bytes() / CACHE;
              };
    }
    return new Estimate(sum);
  }

  /// A step as kernels and calls of cuBLAS, one after another.
  public static Estimate ofKernels(Division division) {
    double sum = 0;
    for (Task task : division.tasks()) {
      sum +=
          KERNEL
              + switch (task.stage()) {
                case Stage.Elementwise(Loop loop) -> loop.size() * loopBytes(loop) / MEMORY;
                case Stage.Product product ->
                    precision(product)
                            * product.rows()
                            * product.columns()
                            * product.inner()
                            / LIBRARY_PRODUCTS
                        + product.weights().bytes() / MEMORY;
              };
    }
    return new Estimate(sum);
  }

  /// What comes before the steps of a kernel that does the whole loop: the kernel itself, a counter
  /// set to zero, weights read, each block its own.
  public static Estimate ofStart(Arrangement arrangement) {
    return new Estimate(2 * KERNEL + arrangement.bytes() / CACHE);
  }

  private static double precision(Stage.Product product) {
    return product.to().dtype().bytes() > 4 ? DOUBLE : 1;
  }

  private static double operations(Loop loop) {
    return loop.body().values().stream()
        .filter(value -> !(value.origin() instanceof LoopBody.Read))
        .count();
  }

  /// How many bytes a position reads and writes.
  private static double loopBytes(Loop loop) {
    return loop.sources().stream()
            .filter(place -> place.slot().isPresent())
            .mapToInt(place -> place.dtype().bytes())
            .sum()
        + loop.targets().stream().mapToInt(place -> place.dtype().bytes()).sum();
  }
}
