package arignote.backend.cuda;

import arignote.backend.cuda.codegen.Generators;
import arignote.backend.cuda.codegen.Indexing;
import arignote.backend.cuda.kernel.Launch;
import arignote.ir.Apply;
import arignote.ir.EvaluationException;
import arignote.ir.Variable;
import arignote.ir.op.ArgReduce;
import arignote.ir.op.Binary;
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
import arignote.ir.op.Reshape;
import arignote.ir.op.Scan;
import arignote.ir.op.Scatter;
import arignote.ir.op.Select;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import arignote.ir.op.Unary;
import arignote.plan.IndexedRows;
import arignote.plan.Layout;
import arignote.plan.View;
import arignote.plan.ViewLayouts;
import arignote.tensor.DType;
import java.util.List;

/// Turns nodes into instructions: views for what only moves axes, kernels, calls of cuBLAS.
final class Lowering {
  private Lowering() {}

  /// Prepares one node of a block.
  ///
  /// @throws EvaluationException if it cannot be computed with the lengths of this call
  static void lower(Block block, Apply apply, int position) {
    switch (apply.op()) {
      case CoreOp op -> lower(block, op, apply, position);
      case Probe probe -> Probes.lower(block, probe, apply);
      case CustomOp _ ->
          throw new IllegalStateException("custom ops are decomposed before: " + apply);
    }
  }

  private static void lower(Block block, CoreOp op, Apply apply, int position) {
    switch (op) {
      case Reduce(_, List<Integer> axes) when axes.isEmpty() ->
          block.copy(block.view(apply.operand(0)), block.result(apply, apply.result()));
      case Unary _,
          Binary _,
          Compare _,
          Select _,
          Cast _,
          Fused _,
          Fill _,
          Iota _,
          DimSize _,
          Reduce _ ->
          Loops.lower(block, apply, position);
      case Transpose _, Broadcast _, Slice _, Reshape _ -> block.move(apply);
      case Pad pad -> pad(block, pad, apply);
      case Concat concat -> concat(block, concat, apply);
      case ArgReduce argReduce -> argReduce(block, argReduce, apply);
      case Cumulate cumulate -> Cumulations.lower(block, cumulate, apply);
      case Dot(int batch) -> Dots.lower(block, apply, batch);
      case Gemm gemm -> Dots.lower(block, apply, gemm, position);
      case Gather gather -> gather(block, gather, apply);
      case Scatter scatter -> Scatters.lower(block, scatter, apply, position);
      case Random _ -> random(block, apply);
      case Scan scan -> Scans.lower(block, scan, apply, position);
      case Cond cond -> Branches.lower(block, cond, apply);
    }
  }

  private static void pad(Block block, Pad pad, Apply apply) {
    View x = block.view(apply.operand(0));
    View to = block.result(apply, apply.result());
    long start = block.lengths().length(apply, pad.start());
    Layout target =
        ViewLayouts.part(
            apply, to.layout(), pad.axis(), start, x.layout().dim(pad.axis()), pad.step());
    block.emit(new Clear(to), List.of(to.slot()));
    block.copy(x, to.with(target));
  }

  private static void concat(Block block, Concat concat, Apply apply) {
    View to = block.result(apply, apply.result());
    long start = 0;
    for (Variable operand : apply.operands()) {
      View x = block.view(operand);
      long length = x.layout().dim(concat.axis());
      block.copy(x, to.with(to.layout().slice(concat.axis(), start, length, 1)));
      start += length;
    }
  }

  private static void argReduce(Block block, ArgReduce argReduce, Apply apply) {
    View x = block.view(apply.operand(0));
    View to = block.result(apply, apply.result());
    int axis = argReduce.axis();
    if (to.layout().size() == 0) {
      return;
    }
    if (x.layout().dim(axis) == 0) {
      throw EvaluationException.of(
          apply, "no elements along axis %d of %s".formatted(axis, x.type()));
    }
    Launch launch = Generators.argReduce(argReduce.fn(), x, axis, to, block.gpu().processors());
    block.launch(argReduce.mnemonic(), launch, List.of(x), List.of(to));
  }

  private static void gather(Block block, Gather gather, Apply apply) {
    View x = block.dense(block.view(apply.operand(0)));
    View index = block.dense(block.view(apply.operand(1)));
    View to = block.result(apply, apply.result());
    Indexing indexing = checked(block, apply, gather.axis(), gather.batch(), x, index);
    // An index into nothing has been noted as an error.
    if (to.layout().size() > 0 && x.layout().size() > 0) {
      block.launch(
          "gather",
          indexing.gather(x, index, to, block.gpu().processors()),
          List.of(x, index),
          List.of(to));
    }
  }

  /// Has indices checked.
  static Indexing checked(Block block, Apply apply, int axis, int batch, View x, View index) {
    Indexing indexing =
        new Indexing(
            index.dtype(), IndexedRows.of(x.layout().shape(), index.layout().shape(), axis, batch));
    if (index.layout().size() > 0) {
      block.preparation().error(block.operation(), new IndexCheck(apply, axis, x, index));
      check(block, indexing, index);
    }
    return indexing;
  }

  private static void check(Block block, Indexing indexing, View index) {
    View errors = Session.errors(block.errors());
    long checkers = indexing.checkers(block.gpu().processors());
    if (checkers == 1) {
      block.launch("check_indices", indexing.check(index, errors), List.of(index), List.of(errors));
      return;
    }
    View firsts = View.dense(block.allocate(checkers * DType.I64.bytes()), DType.I64, checkers);
    block.launch(
        "find_indices", indexing.findFirsts(index, firsts), List.of(index), List.of(firsts));
    block.launch(
        "check_indices",
        indexing.checkFirsts(index, firsts, errors),
        List.of(index, firsts),
        List.of(errors));
  }

  private static void random(Block block, Apply apply) {
    View key = block.view(apply.operand(0));
    View counter = block.view(apply.operand(1));
    View to = block.result(apply, apply.result());
    if (to.layout().size() > 0) {
      block.launch(
          "random",
          Generators.random(key, counter, to, block.gpu().processors()),
          List.of(key, counter),
          List.of(to));
    }
  }
}
