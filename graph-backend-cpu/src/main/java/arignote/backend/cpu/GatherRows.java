package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Memory;
import arignote.plan.IndexedRows;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.List;

/// Copies the rows that indices name, which are checked before; threads share the rows of the
/// result.
final class GatherRows implements Instruction, Workers.Task {
  private final Indices indices;
  private final IndexedRows rows;
  private final DType dtype;
  private final View from;
  private final View index;
  private final View to;
  private final int fromSlot;
  private final long fromOffset;
  private final int indexSlot;
  private final long indexOffset;
  private final int toSlot;
  private final long toOffset;

  private final Workers workers;
  private final int parts;
  private long[] base = {};

  /// All views are dense.
  GatherRows(Indices indices, View from, View index, View to, Toolbox tools) {
    this.rows = indices.rows();
    this.workers = tools.workers();
    this.parts = Grain.parts(to.layout().size(), rows.rowsMoved(), tools.threads());
    this.indices = indices;
    this.dtype = from.dtype();
    this.from = from;
    this.index = index;
    this.to = to;
    this.fromSlot = from.slot().index();
    this.fromOffset = from.offset();
    this.indexSlot = index.slot().index();
    this.indexOffset = index.offset();
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
    long indexAddress = base[indexSlot] + indexOffset;
    long rowBytes = rows.rowElements() * dtype.bytes();
    long source = base[fromSlot] + fromOffset;
    long target = base[toSlot] + toOffset;
    long end = rows.rowsMoved() * (part + 1) / parts;
    for (long row = rows.rowsMoved() * part / parts; row < end; row++) {
      long block = row / rows.count();
      long at = indices.at(indexAddress, block / rows.before() * rows.count() + row % rows.count());
      copyRow(source + (block * rows.length() + at) * rowBytes, target + row * rowBytes, rowBytes);
    }
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    return writer.step(
        "gather", List.of(from, index), to, rows.count() + " rows of " + rows.rowElements());
  }

  private static void copyRow(long from, long to, long bytes) {
    if (bytes == 4) {
      Memory.putInt(to, Memory.getInt(from));
    } else if (bytes == 8) {
      Memory.putLong(to, Memory.getLong(from));
    } else {
      Memory.copy(from, to, bytes);
    }
  }
}
