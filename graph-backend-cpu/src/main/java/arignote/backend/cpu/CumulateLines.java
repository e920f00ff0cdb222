package arignote.backend.cpu;

import arignote.backend.cpu.codegen.RowReduction;
import arignote.ir.op.CumulateFn;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.View;
import java.util.List;

/// A cumulative op, one line after another, floats in double precision. Threads share the lines.
final class CumulateLines implements Instruction, Workers.Task {
  private final CumulateFn fn;
  private final View from;
  private final View to;
  private final RowReduction reduction;
  private final long length;
  private final long fromStride;
  private final long toStride;
  private final int fromSlot;
  private final long fromOffset;
  private final int toSlot;
  private final long toOffset;
  private final Workers workers;
  private final int parts;
  private final Odometer[] starts;
  private long[] base = {};

  /// @param from turned around if the op runs from the end, as `to`
  /// @param lines over the other axes: input and result
  CumulateLines(CumulateFn fn, View from, View to, int axis, Nest lines, Toolbox tools) {
    this.fn = fn;
    this.from = from;
    this.to = to;
    this.reduction = new RowReduction(fn.reduction(), from.dtype(), tools.kernels().vectors());
    this.length = from.layout().dim(axis);
    this.fromStride = from.strides()[axis];
    this.toStride = to.strides()[axis];
    this.fromSlot = from.slot().index();
    this.fromOffset = from.offset();
    this.toSlot = to.slot().index();
    this.toOffset = to.offset();
    this.workers = tools.workers();
    this.parts = Grain.parts(lines.size() * length, lines.size(), tools.threads());
    this.starts = new Odometer[parts];
    for (int part = 0; part < parts; part++) {
      starts[part] = new Odometer(lines, lines.rank());
    }
  }

  @Override
  public void run(long[] base) {
    this.base = base;
    workers.run(parts, this);
  }

  @Override
  public void run(int part) {
    Odometer start = starts[part];
    long count = start.size();
    long first = count * part / parts;
    long end = count * (part + 1) / parts;
    start.start(0, base[fromSlot] + fromOffset);
    start.start(1, base[toSlot] + toOffset);
    start.seek(first);
    for (long line = first; line < end; line++) {
      reduction.running(start.address(0), fromStride, start.address(1), toStride, length);
      start.advance();
    }
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    return writer.step(fn.mnemonic(), List.of(from), to, "along lines");
  }
}
