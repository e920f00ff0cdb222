package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Kernel;
import arignote.backend.cpu.codegen.Memory;
import arignote.backend.cpu.codegen.RowReduction;
import arignote.backend.cpu.codegen.RunningColumns;
import arignote.ir.op.CumulateFn;
import arignote.ir.op.ReduceFn;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.Slot;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.List;

/// A cumulative op along an axis that is not the innermost in memory: many lines side by side,
/// whole rows of which are combined with the row before, in vectors.
///
/// Running sums and products of `f32` are kept in double precision, see [RunningColumns]; all
/// others are the row before itself. Threads share the lines, each of which runs from its start to
/// its end, so bits do not depend on how many threads there are.
final class CumulateColumns implements Instruction {
  private final CumulateFn fn;
  private final View from;
  private final View to;
  private final boolean wide;
  private final RowReduction reduction;
  private final RunningColumns running;
  private final Kernel combination;
  private final int bytes;
  private final long length;
  private final long fromStride;
  private final long toStride;
  private final int scratchSlot;
  private final long[][] rows;
  private final ColumnPieces pieces;
  private long[] base = {};

  /// @param from turned around if the op runs from the end, as `to`
  /// @param lines over the other axes: input and result, with the innermost adjacent in memory
  /// @param scratch as much for each part as [#scratchBytes] says
  CumulateColumns(
      CumulateFn fn,
      View from,
      View to,
      int axis,
      Nest lines,
      Slot scratch,
      Toolbox tools,
      int parts) {
    this.fn = fn;
    this.from = from;
    this.to = to;
    ReduceFn combining = fn.reduction();
    this.wide = isWide(fn, from.dtype());
    this.reduction = new RowReduction(combining, from.dtype(), tools.kernels().vectors());
    this.running = new RunningColumns(fn == CumulateFn.PROD, tools.kernels().vectors());
    this.combination = ReduceColumns.kernel(combining, from.dtype(), 1, tools.kernels());
    this.bytes = from.dtype().bytes();
    this.length = from.layout().dim(axis);
    this.fromStride = from.strides()[axis];
    this.toStride = to.strides()[axis];
    this.scratchSlot = scratch.index();
    this.rows = new long[parts][3];
    this.pieces = new ColumnPieces(from, to, lines, tools.workers(), parts, this::cumulate);
  }

  private static boolean isWide(CumulateFn fn, DType dtype) {
    return switch (fn) {
      case SUM, PROD -> dtype == DType.F32;
      case MAX, MIN -> false;
    };
  }

  /// The scratch memory that a part needs: running values in double precision.
  static long scratchBytes(CumulateFn fn, DType dtype) {
    return isWide(fn, dtype) ? ColumnPieces.WIDEST * 8L : 0;
  }

  @Override
  public void run(long[] base) {
    this.base = base;
    pieces.run(base);
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    return writer.step(fn.mnemonic(), List.of(from), to, "down columns");
  }

  private void cumulate(int part, long source, long target, int count) {
    if (wide) {
      long values = base[scratchSlot] + part * scratchBytes(fn, from.dtype());
      double empty = Double.longBitsToDouble(reduction.empty());
      for (int i = 0; i < count; i++) {
        Memory.putDouble(values + i * 8L, empty);
      }
      for (long i = 0; i < length; i++) {
        running.next(source + i * fromStride, values, target + i * toStride, count);
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      reduction.put(target + (long) i * bytes, reduction.empty());
    }
    long[] addresses = rows[part];
    for (long i = 0; i < length; i++) {
      addresses[0] = target + Math.max(0, i - 1) * toStride;
      addresses[1] = source + i * fromStride;
      addresses[2] = target + i * toStride;
      combination.run(addresses, count);
    }
  }
}
