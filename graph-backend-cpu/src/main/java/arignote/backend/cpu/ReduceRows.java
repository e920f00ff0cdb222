package arignote.backend.cpu;

import arignote.backend.cpu.codegen.RowReduction;
import arignote.ir.op.ReduceFn;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.Slot;
import arignote.plan.View;
import java.util.ArrayList;
import java.util.List;

/// A reduction that walks memory along the reduced axes: one result after another, each from one or
/// more rows. Long rows are reduced in blocks, so that threads can share one, in the same blocks
/// however many there are.
final class ReduceRows implements Instruction, Workers.Task {
  private static final long BLOCK = Grain.ELEMENTS;

  /// Scratch memory for each part: one vector.
  static final long SCRATCH = 64;

  private final ReduceFn fn;
  private final View from;
  private final View to;
  private final RowReduction reduction;
  private final Nest kept;
  private final Nest reduced;
  private final int fromSlot;
  private final long fromOffset;
  private final int toSlot;
  private final long toOffset;
  private final int scratchSlot;
  private final Workers workers;
  private final int parts;
  private final long blocks;
  private final long[] blockResults;
  private final Odometer[] results;
  private final Odometer[] rows;
  private long[] base = {};
  private long row;

  /// @param kept over the axes that stay: input and result
  /// @param reduced over the axes that go: input
  ReduceRows(
      ReduceFn fn,
      View from,
      View to,
      Nest kept,
      Nest reduced,
      Slot scratch,
      boolean vectors,
      Workers workers,
      int parts) {
    this.fn = fn;
    this.from = from;
    this.to = to;
    this.reduction = new RowReduction(fn, from.dtype(), vectors);
    this.kept = kept;
    this.reduced = reduced;
    this.fromSlot = from.slot().index();
    this.fromOffset = from.offset();
    this.toSlot = to.slot().index();
    this.toOffset = to.offset();
    this.scratchSlot = scratch.index();
    this.workers = workers;
    this.parts = parts;
    this.blocks = (reduced.inner() + BLOCK - 1) / BLOCK;
    this.blockResults = new long[Math.toIntExact(blocks)];
    this.results = new Odometer[parts];
    this.rows = new Odometer[parts];
    for (int part = 0; part < parts; part++) {
      results[part] = new Odometer(kept, kept.rank());
      rows[part] = new Odometer(reduced, Math.max(0, reduced.rank() - 1));
    }
  }

  /// Into how many parts a reduction can be divided.
  static int parts(Nest kept, Nest reduced, int threads) {
    long wanted = Math.min(threads, kept.size() * reduced.size() / Grain.ELEMENTS);
    long possible = Math.max(kept.size(), (reduced.inner() + BLOCK - 1) / BLOCK);
    return (int) Math.max(1, Math.min(wanted, possible));
  }

  private boolean splitsResults() {
    return kept.size() >= parts;
  }

  @Override
  public void run(long[] base) {
    if (kept.size() == 0) {
      return;
    }
    this.base = base;
    if (parts > 1 && splitsResults()) {
      workers.run(parts, this);
    } else {
      reduce(0, 0, kept.size());
    }
  }

  @Override
  public void run(int part) {
    if (splitsResults()) {
      reduce(part, kept.size() * part / parts, kept.size() * (part + 1) / parts);
    } else {
      for (int block = part; block < blocks; block += parts) {
        reduceBlock(part, block);
      }
    }
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    return writer.step(fn.mnemonic(), List.of(from), to, "along rows");
  }

  private void reduce(int part, long from, long to) {
    Odometer result = results[part];
    result.start(0, base[fromSlot] + fromOffset);
    result.start(1, base[toSlot] + toOffset);
    result.seek(from);
    for (long index = from; index < to; index++) {
      reduction.put(result.address(1), reduceOne(part, result.address(0)));
      result.advance();
    }
  }

  private long reduceOne(int part, long address) {
    long value = reduction.empty();
    if (reduced.size() == 0) {
      return value;
    }
    Odometer odometer = rows[part];
    odometer.start(0, address);
    odometer.seek(0);
    for (long count = odometer.size(); count > 0; count--) {
      value = reduction.combine(value, reduceRow(part, odometer.address(0)));
      odometer.advance();
    }
    return value;
  }

  private long reduceRow(int part, long address) {
    if (blocks == 1) {
      return reduction.row(address, reduced.innerStride(0), reduced.inner(), scratch(part));
    }
    if (parts > 1 && !splitsResults()) {
      row = address;
      workers.run(parts, this);
      return combineBlocks();
    }
    long value = reduction.empty();
    for (int block = 0; block < blocks; block++) {
      value = reduction.combine(value, block(part, address, block));
    }
    return value;
  }

  private long combineBlocks() {
    long value = reduction.empty();
    for (long result : blockResults) {
      value = reduction.combine(value, result);
    }
    return value;
  }

  private void reduceBlock(int part, int block) {
    blockResults[block] = block(part, row, block);
  }

  private long block(int part, long address, int block) {
    long from = block * BLOCK;
    return reduction.row(
        address + from * reduced.innerStride(0),
        reduced.innerStride(0),
        Math.min(BLOCK, reduced.inner() - from),
        scratch(part));
  }

  private long scratch(int part) {
    return base[scratchSlot] + part * SCRATCH;
  }

  /// The axes of a view that a reduction keeps, or those it takes away.
  static Nest nest(View view, List<Integer> axes, List<long[]> otherStrides) {
    long[] lengths = new long[axes.size()];
    long[] strides = new long[axes.size()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = view.layout().dim(axes.get(i));
      strides[i] = view.strides()[axes.get(i)];
    }
    List<long[]> all = new ArrayList<>(List.of(strides));
    all.addAll(otherStrides);
    return Nest.of(lengths, all);
  }
}
