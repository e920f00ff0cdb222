package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Kernel;
import arignote.backend.cpu.kernel.Loop;
import arignote.backend.cpu.kernel.Operand;
import arignote.backend.cpu.kernel.Stages;
import arignote.backend.cpu.kernel.StepBuilder;
import arignote.ir.Apply;
import arignote.ir.EvaluationException;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.ArgReduce;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.Concat;
import arignote.ir.op.Cond;
import arignote.ir.op.CoreOp;
import arignote.ir.op.Cumulate;
import arignote.ir.op.CustomOp;
import arignote.ir.op.DimSize;
import arignote.ir.op.Dot;
import arignote.ir.op.Fill;
import arignote.ir.op.Fused;
import arignote.ir.op.Gather;
import arignote.ir.op.Gemm;
import arignote.ir.op.Iota;
import arignote.ir.op.Pad;
import arignote.ir.op.Probe;
import arignote.ir.op.Random;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Reshape;
import arignote.ir.op.Scan;
import arignote.ir.op.Scatter;
import arignote.ir.op.ScatterFn;
import arignote.ir.op.Select;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import arignote.ir.op.Unary;
import arignote.plan.Layout;
import arignote.plan.Slot;
import arignote.plan.View;
import arignote.plan.ViewLayouts;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Turns nodes into instructions: views for what only moves axes, loops, BLAS calls, copies of
/// rows.
final class Lowering {
  private Lowering() {}

  /// Prepares one node of a block.
  ///
  /// @throws EvaluationException if it cannot be computed with the lengths of this call
  static void lower(Block block, Apply apply, int position) {
    switch (apply.op()) {
      case CoreOp op -> lower(block, op, apply, position);
      case Probe probe -> ProbeStep.lower(block, probe, apply);
      case CustomOp _ ->
          throw new IllegalStateException("custom ops are decomposed before: " + apply);
    }
  }

  private static void lower(Block block, CoreOp op, Apply apply, int position) {
    switch (op) {
      case Fill(double value, _) when ZeroFill.isZero(value) && isDense(block, apply) -> {
        View to = block.result(apply, apply.result());
        block.emit(new ZeroFill(to, block.tools()), to);
      }
      case Fused fused when fused.reduces() -> FusedRows.lower(block, fused, apply);
      case Unary _, Binary _, Compare _, Select _, Cast _, Fused _, Fill _, Iota _, DimSize _ ->
          Elementwise.lower(block, apply, position);
      case Transpose _, Broadcast _, Slice _, Reshape _ -> block.move(apply);
      case Pad pad -> pad(block, pad, apply);
      case Concat concat -> concat(block, concat, apply);
      case Reduce reduce -> reduce(block, reduce, apply);
      case ArgReduce argReduce -> argReduce(block, argReduce, apply);
      case Cumulate cumulate -> cumulate(block, cumulate, apply);
      case Dot(int batch) -> Products.lower(block, apply, batch);
      case Gemm gemm -> Products.lower(block, apply, gemm, position);
      case Gather gather -> gather(block, gather, apply);
      case Scatter scatter -> scatter(block, scatter, apply, position);
      case Random _ -> {
        View key = block.view(apply.operand(0));
        View counter = block.view(apply.operand(1));
        View to = block.result(apply, apply.result());
        Toolbox tools = block.tools();
        block.emit(
            new RandomFill(key, counter, to, tools.workers(), tools.threads()), key, counter, to);
      }
      case Scan scan -> Scans.lower(block, scan, apply, position);
      case Cond cond -> Branches.lower(block, cond, apply);
    }
  }

  /// Whether a result will lie row by row without gaps.
  private static boolean isDense(Block block, Apply apply) {
    return block.placed(apply.result()).map(view -> view.layout().isDense()).orElse(true);
  }

  private static void pad(Block block, Pad pad, Apply apply) {
    View x = block.view(apply.operand(0));
    View to = block.result(apply, apply.result());
    long start = block.lengths().length(apply, pad.start());
    Layout target =
        ViewLayouts.part(
            apply, to.layout(), pad.axis(), start, x.layout().dim(pad.axis()), pad.step());
    block.emit(new ZeroFill(to, block.tools()), to);
    block.copy(x, to.with(target));
  }

  /// Threads share the operands, if all of them together are worth it.
  private static void concat(Block block, Concat concat, Apply apply) {
    View to = block.result(apply, apply.result());
    List<CopyNest> copies = new ArrayList<>();
    Set<Slot> slots = new LinkedHashSet<>(Set.of(to.slot()));
    long start = 0;
    for (Variable operand : apply.operands()) {
      View x = block.view(operand);
      long length = x.layout().dim(concat.axis());
      copies.add(new CopyNest(x, to.with(to.layout().slice(concat.axis(), start, length, 1))));
      slots.add(x.slot());
      start += length;
    }
    if (Grain.parts(to.layout().size(), copies.size(), block.tools().threads()) > 1) {
      block.emit(new Parallel(copies, block.tools().workers()), slots.toArray(Slot[]::new));
    } else {
      copies.forEach(copy -> block.emit(copy, slots.toArray(Slot[]::new)));
    }
  }

  private static void reduce(Block block, Reduce reduce, Apply apply) {
    View x = block.view(apply.operand(0));
    List<Integer> keptAxes = new ArrayList<>();
    long reducedSize = 1;
    for (int axis = 0; axis < x.layout().rank(); axis++) {
      if (reduce.axes().contains(axis)) {
        reducedSize *= x.layout().dim(axis);
      } else {
        keptAxes.add(axis);
      }
    }
    View to = block.result(apply, apply.result());
    boolean bounded = reduce.fn() == ReduceFn.MAX || reduce.fn() == ReduceFn.MIN;
    if (bounded && reducedSize == 0 && to.layout().size() > 0) {
      throw EvaluationException.of(
          apply, "no elements along the axes %s of %s".formatted(reduce.axes(), x.type()));
    }
    Nest kept = ReduceRows.nest(x, keptAxes, List.of(to.strides()));
    Nest reduced = ReduceRows.nest(x, reduce.axes(), List.of());
    Toolbox tools = block.tools();
    if (ColumnPieces.fits(kept, x.dtype().bytes())) {
      int parts = ColumnPieces.parts(kept, reduced.size(), tools.threads());
      Slot scratch = block.allocate(parts * ReduceColumns.SCRATCH);
      block.emit(
          new ReduceColumns(reduce.fn(), x, to, kept, reduced, scratch, tools, parts),
          x.slot(),
          to.slot(),
          scratch);
    } else {
      int parts = ReduceRows.parts(kept, reduced, tools.threads());
      Slot scratch = block.allocate(parts * ReduceRows.SCRATCH);
      block.emit(
          new ReduceRows(
              reduce.fn(),
              x,
              to,
              kept,
              reduced,
              scratch,
              tools.kernels().vectors(),
              tools.workers(),
              parts),
          x.slot(),
          to.slot(),
          scratch);
    }
  }

  private static void argReduce(Block block, ArgReduce argReduce, Apply apply) {
    View x = block.view(apply.operand(0));
    View to = block.result(apply, apply.result());
    int axis = argReduce.axis();
    if (x.layout().dim(axis) == 0 && to.layout().size() > 0) {
      throw EvaluationException.of(
          apply, "no elements along axis %d of %s".formatted(axis, x.type()));
    }
    List<Integer> keptAxes = new ArrayList<>();
    for (int other = 0; other < x.layout().rank(); other++) {
      if (other != axis) {
        keptAxes.add(other);
      }
    }
    Nest kept = ReduceRows.nest(x, keptAxes, List.of(to.strides()));
    block.emit(
        new ArgReduceNest(argReduce.fn(), x, to, kept, x.layout().dim(axis), x.strides()[axis]),
        x,
        to);
  }

  private static void cumulate(Block block, Cumulate cumulate, Apply apply) {
    int axis = cumulate.axis();
    View x = block.view(apply.operand(0));
    View to = block.result(apply, apply.result());
    if (to.layout().size() == 0) {
      return;
    }
    long length = x.layout().dim(axis);
    if (cumulate.reverse()) {
      x = x.with(x.layout().slice(axis, length - 1, length, -1));
      to = to.with(to.layout().slice(axis, length - 1, length, -1));
    }
    List<Integer> others = new ArrayList<>();
    for (int other = 0; other < x.layout().rank(); other++) {
      if (other != axis) {
        others.add(other);
      }
    }
    long[] toStrides = to.strides();
    Nest lines =
        ReduceRows.nest(
            x, others, List.of(others.stream().mapToLong(other -> toStrides[other]).toArray()));
    Toolbox tools = block.tools();
    if (ColumnPieces.fits(lines, x.dtype().bytes())) {
      int parts = ColumnPieces.parts(lines, length, tools.threads());
      Slot scratch = block.allocate(parts * CumulateColumns.scratchBytes(cumulate.fn(), x.dtype()));
      block.emit(
          new CumulateColumns(cumulate.fn(), x, to, axis, lines, scratch, tools, parts),
          x.slot(),
          to.slot(),
          scratch);
    } else {
      block.emit(new CumulateLines(cumulate.fn(), x, to, axis, lines, tools), x, to);
    }
  }

  private static void gather(Block block, Gather gather, Apply apply) {
    View x = block.dense(block.view(apply.operand(0)));
    View index = block.dense(block.view(apply.operand(1)));
    View to = block.result(apply, apply.result());
    Indices indices = indices(block, apply, gather.axis(), gather.batch());
    check(block, apply, indices, index);
    block.emit(new GatherRows(indices, x, index, to, block.tools()), x, index, to);
  }

  private static Indices indices(Block block, Apply apply, int axis, int batch) {
    TensorType index = apply.operand(1).type();
    long[] shape = block.shape(apply, apply.operand(0).type());
    return new Indices(apply, axis, batch, shape, index.dtype(), block.shape(apply, index));
  }

  /// Checks the indices of a gather or scatter, unless that has been done.
  private static void check(Block block, Apply apply, Indices indices, View index) {
    if (block.notChecked(apply)) {
      block.emit(new IndexCheck(indices, index), index);
    }
  }

  /// Checks the indices of a gather or scatter now, before it is its turn.
  static void check(Block block, Apply apply) {
    View index = block.dense(block.view(apply.operand(1)));
    switch (apply.op()) {
      case Gather(int axis, int batch) ->
          check(block, apply, indices(block, apply, axis, batch), index);
      case Scatter(_, int axis, int batch) ->
          check(block, apply, indices(block, apply, axis, batch), index);
      default -> throw new IllegalArgumentException("no indices: " + apply);
    }
  }

  private static void scatter(Block block, Scatter scatter, Apply apply, int position) {
    View x = block.view(apply.operand(0));
    View index = block.dense(block.view(apply.operand(1)));
    View updates = block.dense(block.view(apply.operand(2)));
    Indices indices = indices(block, apply, scatter.axis(), scatter.batch());
    check(block, apply, indices, index);
    View to = block.changed(apply, x, List.of(index, updates), position);
    block.emit(
        new ScatterRows(
            indices,
            index,
            updates,
            to,
            scatter.fn() == ScatterFn.ADD,
            addition(block.tools(), to.dtype()),
            block.tools()),
        index,
        updates,
        to);
  }

  /// The kernel that adds two rows; of bools, which are not added, it does not matter what it does.
  private static Kernel addition(Toolbox tools, DType dtype) {
    Operand operand = new Operand.Memory(dtype);
    StepBuilder steps = new StepBuilder(List.of(operand, operand));
    BinaryFn fn = dtype == DType.BOOL ? BinaryFn.OR : BinaryFn.ADD;
    Loop loop = steps.loop(List.of(steps.binary(fn, dtype, 0, 1)));
    Stages stages = Stages.of(loop, new boolean[2], tools.kernels().vectors());
    return tools.kernels().kernel(stages.stages().getFirst());
  }
}
