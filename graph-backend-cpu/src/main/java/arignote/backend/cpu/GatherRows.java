package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Memory;
import arignote.plan.Plan;
import arignote.tensor.DType;
import java.util.List;

/// Copies the rows that indices name, once all indices are checked.
final class GatherRows implements Instruction {
  private final Indices indices;
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

  /// All views are dense.
  GatherRows(Indices indices, View from, View index, View to) {
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
    long indexAddress = base[indexSlot] + indexOffset;
    indices.check(indexAddress);
    long rowBytes = indices.rowElements * dtype.bytes();
    long source = base[fromSlot] + fromOffset;
    long target = base[toSlot] + toOffset;
    for (long batch = 0; batch < indices.batches; batch++) {
      for (long outer = 0; outer < indices.before; outer++) {
        for (long i = 0; i < indices.count; i++) {
          long row = indices.at(indexAddress, batch * indices.count + i);
          copyRow(source + row * rowBytes, target, rowBytes);
          target += rowBytes;
        }
        source += indices.length * rowBytes;
      }
    }
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    return writer.step(
        "gather", List.of(from, index), to, indices.count + " rows of " + indices.rowElements);
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
