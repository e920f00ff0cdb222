package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Kernel;
import arignote.backend.cpu.codegen.Memory;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.List;

/// Adds or puts rows at the places that indices name, in the order of the updates. The indices are
/// checked before; the result holds the first operand already.
///
/// Threads share the places: each goes through all updates and does those that are for its own. So
/// all updates of a place are made in their order, by whomever, and give the same bits.
final class ScatterRows implements Instruction, Workers.Task {
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
  private final Workers workers;
  private final int parts;
  private final long[][] rows;
  private long[] base = {};

  /// All views are dense.
  ///
  /// @param addition adds two rows
  ScatterRows(
      Indices indices,
      View index,
      View updates,
      View to,
      boolean adds,
      Kernel addition,
      Toolbox tools) {
    this.workers = tools.workers();
    this.parts = Grain.parts(updates.layout().size(), indices.length, tools.threads());
    this.rows = new long[parts][3];
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
    this.base = base;
    workers.run(parts, this);
  }

  @Override
  public void run(int part) {
    long from = indices.length * part / parts;
    long end = indices.length * (part + 1) / parts;
    long indexAddress = base[indexSlot] + indexOffset;
    long rowBytes = indices.rowElements * dtype.bytes();
    long update = base[updateSlot] + updateOffset;
    long target = base[toSlot] + toOffset;
    for (long batch = 0; batch < indices.batches; batch++) {
      for (long outer = 0; outer < indices.before; outer++) {
        for (long i = 0; i < indices.count; i++) {
          long at = indices.at(indexAddress, batch * indices.count + i);
          if (at >= from && at < end) {
            update(part, update, target + at * rowBytes);
          }
          update += rowBytes;
        }
        target += indices.length * rowBytes;
      }
    }
  }

  private void update(int part, long update, long at) {
    if (adds) {
      add(rows[part], update, at);
    } else {
      Memory.copy(update, at, indices.rowElements * dtype.bytes());
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

  private void add(long[] row, long update, long at) {
    long elements = indices.rowElements;
    for (long start = 0; start < elements; start += Integer.MAX_VALUE / 2) {
      row[0] = at + start * dtype.bytes();
      row[1] = update + start * dtype.bytes();
      row[2] = row[0];
      addition.run(row, (int) Math.min(Integer.MAX_VALUE / 2, elements - start));
    }
  }
}
