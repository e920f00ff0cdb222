package arignote.backend.cpu;

import arignote.backend.cpu.codegen.ColumnSums;
import arignote.backend.cpu.codegen.Kernel;
import arignote.backend.cpu.codegen.Kernels;
import arignote.backend.cpu.codegen.Memory;
import arignote.backend.cpu.codegen.RowReduction;
import arignote.backend.cpu.kernel.Loop;
import arignote.backend.cpu.kernel.Operand;
import arignote.backend.cpu.kernel.Stages;
import arignote.backend.cpu.kernel.StepBuilder;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.ReduceFn;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.Slot;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/// A reduction that walks memory along an axis that stays: many results side by side, with which
/// whole rows are combined, eight at a time, as elementwise kernels do it.
///
/// Sums of `f32` are those of [ColumnSums]: off by at most `3 * 2^-24` times the sum of absolute
/// values. Those of `f64` are made of partial sums of [#BLOCK] rows: of `n` rows they are off by at
/// most `(n / 1024 + 131) * 2^-53` times that.
final class ReduceColumns implements Instruction {
  private static final int GROUP = ColumnSums.GROUP;

  /// A partial sum has so many rows.
  private static final long BLOCK = 1024;

  /// Scratch memory for each part: a row of partial results.
  static final long SCRATCH = ColumnPieces.WIDEST * 8L;

  private final ReduceFn fn;
  private final View from;
  private final View to;
  private final RowReduction reduction;
  private final ColumnSums sums;
  private final boolean wide;
  private final Kernel one;
  private final Kernel group;
  private final int bytes;
  private final Nest reduced;
  private final int scratchSlot;
  private final Odometer[] rows;
  private final long[][] groupRows;
  private final long[][] oneRows;
  private final ColumnPieces pieces;
  private long[] base = {};

  /// @param kept over the axes that stay: input and result, with the innermost adjacent in memory
  /// @param reduced over the axes that go: input
  ReduceColumns(
      ReduceFn fn,
      View from,
      View to,
      Nest kept,
      Nest reduced,
      Slot scratch,
      Toolbox tools,
      int parts) {
    Kernels kernels = tools.kernels();
    this.fn = fn;
    this.from = from;
    this.to = to;
    this.reduction = new RowReduction(fn, from.dtype(), kernels.vectors());
    this.sums = new ColumnSums(kernels.vectors());
    this.wide = fn == ReduceFn.SUM && from.dtype() == DType.F32;
    this.one = kernel(fn, from.dtype(), 1, kernels);
    this.group = kernel(fn, from.dtype(), GROUP, kernels);
    this.bytes = from.dtype().bytes();
    this.reduced = reduced;
    this.scratchSlot = scratch.index();
    this.rows = new Odometer[parts];
    this.groupRows = new long[parts][GROUP + 2];
    this.oneRows = new long[parts][3];
    for (int part = 0; part < parts; part++) {
      rows[part] = new Odometer(reduced, reduced.rank());
    }
    this.pieces = new ColumnPieces(from, to, kept, tools.workers(), parts, this::reduce);
  }

  /// The kernel that combines results with some rows, pairwise.
  static Kernel kernel(ReduceFn fn, DType dtype, int rows, Kernels kernels) {
    List<Operand> operands = new ArrayList<>();
    for (int i = 0; i <= rows; i++) {
      operands.add(new Operand.Memory(dtype));
    }
    StepBuilder steps = new StepBuilder(operands);
    List<Integer> values = new ArrayList<>();
    for (int i = 1; i <= rows; i++) {
      values.add(i);
    }
    BinaryFn binary =
        switch (fn) {
          case SUM -> BinaryFn.ADD;
          case PROD -> BinaryFn.MUL;
          case MAX -> BinaryFn.MAXIMUM;
          case MIN -> BinaryFn.MINIMUM;
          case ANY -> BinaryFn.OR;
          case ALL -> BinaryFn.AND;
        };
    while (values.size() > 1) {
      int left = values.removeFirst();
      values.add(steps.binary(binary, dtype, left, values.removeFirst()));
    }
    Loop loop = steps.loop(List.of(steps.binary(binary, dtype, 0, values.getFirst())));
    Stages stages = Stages.of(loop, new boolean[operands.size()], kernels.vectors());
    return kernels.kernel(stages.stages().getFirst());
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

  private void reduce(int part, long from, long to, int count) {
    clear(to, count);
    if (reduced.size() == 0) {
      return;
    }
    Odometer row = rows[part];
    row.start(0, from);
    row.seek(0);
    if (wide) {
      addWide(part, row, to, count);
      return;
    }
    if (reduced.size() <= BLOCK) {
      add(part, row, reduced.size(), to, count);
      return;
    }
    long partial = base[scratchSlot] + part * SCRATCH;
    for (long done = 0; done < reduced.size(); done += BLOCK) {
      clear(partial, count);
      add(part, row, Math.min(BLOCK, reduced.size() - done), partial, count);
      addOne(part, partial, to, count);
    }
  }

  private void addWide(int part, Odometer row, long to, int count) {
    long partial = base[scratchSlot] + part * SCRATCH;
    Memory.zero(partial, count * 8L);
    long[] addresses = groupRows[part];
    long left = reduced.size();
    for (; left >= GROUP; left -= GROUP) {
      for (int i = 0; i < GROUP; i++) {
        addresses[i] = row.address(0);
        row.advance();
      }
      sums.addGroup(addresses, partial, count);
    }
    for (; left > 0; left--) {
      sums.add(row.address(0), partial, count);
      row.advance();
    }
    ColumnSums.put(partial, to, count);
  }

  private void clear(long results, int count) {
    long empty = reduction.empty();
    for (int i = 0; i < count; i++) {
      reduction.put(results + (long) i * bytes, empty);
    }
  }

  private void add(int part, Odometer row, long rowCount, long to, int count) {
    long left = rowCount;
    long[] addresses = groupRows[part];
    for (; left >= GROUP; left -= GROUP) {
      addresses[0] = to;
      for (int i = 1; i <= GROUP; i++) {
        addresses[i] = row.address(0);
        row.advance();
      }
      addresses[GROUP + 1] = to;
      group.run(addresses, count);
    }
    for (; left > 0; left--) {
      addOne(part, row.address(0), to, count);
      row.advance();
    }
  }

  private void addOne(int part, long from, long to, int count) {
    long[] addresses = oneRows[part];
    addresses[0] = to;
    addresses[1] = from;
    addresses[2] = to;
    one.run(addresses, count);
  }
}
