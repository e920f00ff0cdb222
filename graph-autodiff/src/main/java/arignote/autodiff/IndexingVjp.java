package arignote.autodiff;

import arignote.dsl.Maths;
import arignote.ir.Dim;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Fill;
import arignote.ir.op.Gather;
import arignote.ir.op.Iota;
import arignote.ir.op.Scatter;
import arignote.ir.op.ScatterFn;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Gradients of indexing: what was read from an element is added back to it, and the other way
/// round.
final class IndexingVjp {
  private IndexingVjp() {}

  static void gather(Gather gather, Node node) {
    Scatter back = new Scatter(ScatterFn.ADD, gather.axis(), gather.batch());
    node.contribute(
        0,
        () ->
            Ops.apply(back, Ops.zeros(node.operand(0).type()), node.operand(1), node.cotangent()));
  }

  static void scatter(Scatter scatter, Node node) {
    Variable indices = node.operand(1);
    Variable g = node.cotangent();
    Gather read = new Gather(scatter.axis(), scatter.batch());
    switch (scatter.fn()) {
      case ADD -> {
        node.contribute(0, () -> g);
        node.contribute(2, () -> Ops.apply(read, g, indices));
      }
      case SET -> {
        node.contribute(0, () -> Ops.apply(scatter, g, indices, Ops.zeros(node.operand(2).type())));
        node.contribute(
            2, () -> Maths.select(winners(scatter, node), Ops.apply(read, g, indices), 0));
      }
    }
  }

  /// Which updates of a `scatter_set` are seen in its result: of several to one element only the
  /// last, so only that one has a gradient. Numbers are put in the way the updates were; the update
  /// whose number is still there has won.
  private static Variable winners(Scatter scatter, Node node) {
    TensorType x = node.operand(0).type();
    Variable indices = node.operand(1);
    TensorType positions = indices.type().withDtype(DType.I64);
    int batch = scatter.batch();
    Variable numbers =
        Ops.reshape(
            Ops.apply(new Iota(0, TensorType.of(DType.I64, positions.size()))), positions.shape());
    List<Dim> rows = new ArrayList<>(x.shape().subList(0, batch));
    rows.add(x.dim(scatter.axis()));
    Variable table = Ops.apply(new Fill(-1, new TensorType(DType.I64, rows)));
    Variable last = Ops.apply(new Scatter(ScatterFn.SET, batch, batch), table, indices, numbers);
    Variable won = Ops.apply(new Gather(batch, batch), last, indices).eq(numbers);
    List<Dim> shape = new ArrayList<>(x.shape().subList(0, batch));
    shape.addAll(Collections.nCopies(scatter.axis() - batch, Dim.of(1)));
    shape.addAll(positions.shape().subList(batch, positions.rank()));
    shape.addAll(Collections.nCopies(x.rank() - scatter.axis() - 1, Dim.of(1)));
    return Ops.broadcast(Ops.reshape(won, shape), node.operand(2).type().shape());
  }
}
