package arignote.backend.cpu;

import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.View;
import java.util.List;

/// Copies a strided tensor to another of the same shape and dtype, which does not overlap it.
final class CopyNest implements Instruction {
  /// Of transposed parts so many rows are copied at a time, so that they stay in the cache.
  private static final int TILE = 64;

  private final View from;
  private final View to;
  private final Nest nest;
  private final int bytes;
  private final int fromSlot;
  private final long fromOffset;
  private final int toSlot;
  private final long toOffset;
  private final boolean tiled;
  private final Odometer outer;

  CopyNest(View from, View to) {
    this.from = from;
    this.to = to;
    this.nest = Nest.of(from.layout().shape(), List.of(from.strides(), to.strides()));
    this.bytes = from.dtype().bytes();
    this.fromSlot = from.slot().index();
    this.fromOffset = from.offset();
    this.toSlot = to.slot().index();
    this.toOffset = to.offset();
    int rank = nest.rank();
    this.tiled =
        rank >= 2 && nest.stride(0, rank - 2) == bytes && nest.stride(1, rank - 1) == bytes;
    this.outer = new Odometer(nest, Math.max(0, rank - (tiled ? 2 : 1)));
  }

  @Override
  public void run(long[] base) {
    if (nest.size() == 0) {
      return;
    }
    outer.start(0, base[fromSlot] + fromOffset);
    outer.start(1, base[toSlot] + toOffset);
    outer.seek(0);
    for (long count = outer.size(); count > 0; count--) {
      if (tiled) {
        copyTiles(outer.address(0), outer.address(1));
      } else {
        Strided.copy(
            outer.address(0),
            nest.innerStride(0),
            outer.address(1),
            nest.innerStride(1),
            nest.inner(),
            bytes);
      }
      outer.advance();
    }
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    return writer.step("copy", List.of(from), to);
  }

  private void copyTiles(long from, long to) {
    int rank = nest.rank();
    int height = Math.toIntExact(nest.length(rank - 2));
    int width = Math.toIntExact(nest.length(rank - 1));
    long fromColumn = nest.stride(0, rank - 1);
    long toRow = nest.stride(1, rank - 2);
    for (int left = 0; left < width; left += TILE) {
      Strided.transpose(
          from + left * fromColumn,
          fromColumn,
          to + (long) left * bytes,
          toRow,
          Math.min(TILE, width - left),
          height,
          bytes);
    }
  }
}
