package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Kernel;
import arignote.backend.cpu.codegen.Memory;
import arignote.plan.Plan;
import arignote.tensor.DType;
import java.util.List;

/// Adds or puts rows at the places that indices name, in the order of the updates, once all indices
/// are checked. The result holds the first operand already.
final class ScatterRows implements Instruction {
  private final Indices indices;
  private final DType dtype;
  private final boolean adds;
  private final Kernel addition;
  private final View index;
  private final View updates;
  private final View to;
  private final int indexSlot;
  private final long indexOffset;
  private final int updateSlot;
  private final long updateOffset;
  private final int toSlot;
  private final long toOffset;
  private final long[] row = new long[3];

  /// All views are dense.
  ///
  /// @param addition adds two rows
  ScatterRows(Indices indices, View index, View updates, View to, boolean adds, Kernel addition) {
    this.indices = indices;
    this.dtype = to.dtype();
    this.adds = adds;
    this.addition = addition;
    this.index = index;
    this.updates = updates;
    this.to = to;
    this.indexSlot = index.slot().index();
    this.indexOffset = index.offset();
    this.updateSlot = updates.slot().index();
    this.updateOffset = updates.offset();
    this.toSlot = to.slot().index();
    this.toOffset = to.offset();
  }

  @Override
  public void run(long[] base) {
    long indexAddress = base[indexSlot] + indexOffset;
    long rowBytes = indices.rowElements * dtype.bytes();
    long update = base[updateSlot] + updateOffset;
    long target = base[toSlot] + toOffset;
    for (long batch = 0; batch < indices.batches; batch++) {
      for (long outer = 0; outer < indices.before; outer++) {
        for (long i = 0; i < indices.count; i++) {
          long at = target + indices.at(indexAddress, batch * indices.count + i) * rowBytes;
          if (adds) {
            add(update, at);
          } else {
            Memory.copy(update, at, rowBytes);
          }
          update += rowBytes;
        }
        target += indices.length * rowBytes;
      }
    }
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    return writer.step(
        adds ? "scatter_add" : "scatter_set",
        List.of(index, updates),
        to,
        indices.count + " rows of " + indices.rowElements);
  }

  private void add(long update, long at) {
    long elements = indices.rowElements;
    for (long start = 0; start < elements; start += Integer.MAX_VALUE / 2) {
      row[0] = at + start * dtype.bytes();
      row[1] = update + start * dtype.bytes();
      row[2] = row[0];
      addition.run(row, (int) Math.min(Integer.MAX_VALUE / 2, elements - start));
    }
  }

  /// Checks the indices of a scatter before anything is written; an instruction of its own, as the
  /// first operand may be overwritten in place.
  static Instruction check(Indices indices, View index) {
    return new IndexCheck(indices, index);
  }

  private record IndexCheck(Indices indices, View index) implements Instruction {
    @Override
    public void run(long[] base) {
      indices.check(base[index.slot().index()] + index.offset());
    }

    @Override
    public Plan.Step describe(PlanWriter writer) {
      return Plan.Step.of("check_indices", List.of(writer.access(index)), List.of());
    }
  }
}
