package arignote.backend.cuda;

import arignote.backend.cuda.codegen.Indexing;
import arignote.backend.cuda.codegen.Scattering;
import arignote.ir.Apply;
import arignote.ir.EvaluationException;
import arignote.ir.op.Scatter;
import arignote.ir.op.ScatterFn;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.List;

/// Prepares scatters: sorts the updates by place, then adds or puts those of each place in their
/// order, so that the outcome has the same bits every time, and takes no longer if many updates
/// have one place. If that is asked for, updates are added by atomics instead, in any order.
final class Scatters {
  private final Block block;
  private final Scattering scattering;
  private final int processors;

  private Scatters(Block block, Scattering scattering) {
    this.block = block;
    this.scattering = scattering;
    this.processors = block.gpu().processors();
  }

  static void lower(Block block, Scatter scatter, Apply apply, int position) {
    View x = block.view(apply.operand(0));
    View index = block.dense(block.view(apply.operand(1)));
    View updates = block.dense(block.view(apply.operand(2)));
    Indexing indexing = Lowering.checked(block, apply, scatter.axis(), scatter.batch(), x, index);
    View to = block.changed(apply, x, List.of(index, updates), position);
    if (updates.layout().size() == 0 || to.layout().size() == 0) {
      return;
    }
    Scattering scattering = new Scattering(indexing);
    if (scatter.fn() == ScatterFn.ADD && isAtomic(block, to.dtype())) {
      block.launch(
          scatter.mnemonic() + "_atomics",
          scattering.addAtomically(index, updates, to, block.gpu().processors()),
          List.of(index, updates),
          List.of(to));
      return;
    }
    if (!scattering.fits()) {
      throw EvaluationException.of(
          apply,
          "%d updates of %s are more than the GPU can sort"
              .formatted(scattering.updates(), x.type()));
    }
    new Scatters(block, scattering).lower(scatter.fn(), index, updates, to);
  }

  /// Whether updates are added as they come.
  private static boolean isAtomic(Block block, DType dtype) {
    return block.preparation().isOn(Switch.ATOMICS)
        && (dtype != DType.F64 || block.gpu().device().addsDoublesAtomically());
  }

  private void lower(ScatterFn fn, View index, View updates, View to) {
    View sorted = sorted(index);
    switch (fn) {
      case SET ->
          block.launch(
              fn.mnemonic(),
              scattering.put(sorted, updates, to, processors),
              List.of(sorted, updates),
              List.of(to));
      case ADD -> add(fn.mnemonic(), sorted, updates, to);
    }
  }

  /// The updates' numbers in their order.
  private View sorted(View index) {
    View sorted = numbers();
    block.launch("sort", scattering.sortTiles(index, sorted), List.of(index), List.of(sorted));
    for (long width = scattering.tile(); width < scattering.updates(); width *= 2) {
      View merged = numbers();
      block.launch(
          "merge",
          scattering.merge(sorted, merged, width, processors),
          List.of(sorted),
          List.of(merged));
      sorted = merged;
    }
    return sorted;
  }

  private View numbers() {
    long bytes = scattering.updates() * DType.I64.bytes();
    return View.dense(block.allocate(bytes), DType.I64, scattering.updates());
  }

  private void add(String name, View sorted, View updates, View to) {
    View sums = updates;
    if (scattering.pieces() > 1) {
      long size = updates.layout().size() / scattering.updates() * scattering.pieces();
      sums = View.dense(block.allocate(size * to.dtype().bytes()), to.dtype(), size);
      block.launch(
          "pieces",
          scattering.addPieces(sorted, updates, sums, processors),
          List.of(sorted, updates),
          List.of(sums));
    }
    block.launch(
        name,
        scattering.add(sorted, updates, sums, to, processors),
        List.of(sorted, updates, sums),
        List.of(to));
  }
}
