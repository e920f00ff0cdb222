package arignote.autodiff;

import static arignote.dsl.Maths.mul;

import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.dsl.Step;
import arignote.ir.Dim;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Transpose;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/// Gradients of reductions. Of several largest or smallest elements each gets an equal share.
final class ReductionVjp {
  private ReductionVjp() {}

  static void reduce(ReduceFn fn, List<Integer> axes, Node node) {
    switch (fn) {
      case SUM ->
          node.contribute(0, () -> Ops.expand(node.cotangent(), node.operand(0).type(), axes));
      case PROD -> node.contribute(0, () -> product(axes, node));
      case MAX, MIN -> node.contribute(0, () -> extremum(axes, node));
      case ANY, ALL -> throw new IllegalStateException(fn + " has no gradient");
    }
  }

  private static Variable extremum(List<Integer> axes, Node node) {
    Variable x = node.operand(0);
    DType dtype = x.type().dtype();
    Variable chosen = x.eq(Ops.expand(node.result(), x.type(), axes));
    Variable count = Ops.apply(new Reduce(ReduceFn.SUM, axes), chosen.cast(dtype));
    Variable share = node.cotangent().div(count);
    return Maths.select(chosen, Ops.expand(share, x.type(), axes), 0);
  }

  /// Each element gets the product of all others: of those before it times those behind it, both
  /// from a running product. No division, so zeros are right, in higher derivatives too.
  private static Variable product(List<Integer> axes, Node node) {
    Variable x = node.operand(0);
    TensorType type = x.type();
    if (axes.isEmpty()) {
      return node.cotangent();
    }
    List<Integer> order = new ArrayList<>(axes);
    for (int axis = 0; axis < type.rank(); axis++) {
      if (!axes.contains(axis)) {
        order.add(axis);
      }
    }
    Variable inFront = Ops.apply(new Transpose(order), x);
    List<Dim> reduced = inFront.type().shape().subList(0, axes.size());
    List<Dim> kept = inFront.type().shape().subList(axes.size(), type.rank());
    Variable rows =
        Ops.reshape(inFront, type.withShape(kept).stacked(type.withShape(reduced).size()).shape());
    Variable one = Ops.ones(rows.type().element());
    Variable before = runningProduct(Loop.over(rows), one);
    Variable behind = runningProduct(Loop.over(rows).reversed(), one);
    Variable others = Ops.reshape(mul(before, behind), inFront.type().shape());
    return mul(
        Ops.expand(node.cotangent(), type, axes),
        Ops.apply(new Transpose(Ops.inverse(order)), others));
  }

  /// For each row the product of all rows that the loop sees before it.
  private static Variable runningProduct(Loop<Variable> rows, Variable one) {
    return rows.emit(one, (row, product) -> new Step<>(mul(product, row), product)).stacked();
  }
}
