package arignote.autodiff;

import static arignote.dsl.Maths.add;
import static arignote.dsl.Maths.mul;

import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.dsl.Shapes;
import arignote.dsl.Step;
import arignote.ir.Dim;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Concat;
import arignote.ir.op.Cumulate;
import arignote.ir.op.CumulateFn;
import arignote.ir.op.Fill;
import arignote.ir.op.Iota;
import arignote.ir.op.Scatter;
import arignote.ir.op.ScatterFn;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Gradients of cumulative ops. An element is part of all results from its own on, so it gets
/// something of the cotangents from there on.
final class CumulateVjp {
  private CumulateVjp() {}

  static void cumulate(Cumulate op, Node node) {
    switch (op.fn()) {
      case SUM ->
          node.contribute(
              0,
              () ->
                  Ops.apply(
                      new Cumulate(CumulateFn.SUM, op.axis(), !op.reverse()), node.cotangent()));
      case PROD -> node.contribute(0, () -> product(op, node));
      case MAX, MIN -> node.contribute(0, () -> extremum(op, node));
    }
  }

  /// `dx[i] = p[i] s[i]`: the product of the elements before, times `s[i] = g[i] + x[i+1] s[i+1]`,
  /// which is the sum of the cotangents from there on, each times the elements in between. No
  /// division, so zeros are right, in higher derivatives too.
  private static Variable product(Cumulate op, Node node) {
    List<Integer> order = new ArrayList<>(others(op, node));
    order.addFirst(op.axis());
    Variable x = forward(op, order, node.operand(0));
    Variable before = before(forward(op, order, node.result()), 0, 1);
    Variable weighted =
        Loop.over(List.of(forward(op, order, node.cotangent()), x))
            .reversed()
            .emit(
                Ops.zeros(x.type().element()),
                (element, behind) -> {
                  Variable sum = add(element.get(0), behind);
                  return new Step<>(mul(element.get(1), sum), sum);
                })
            .stacked();
    return back(op, order, mul(before, weighted));
  }

  /// Each cotangent goes to the first element that holds the extreme there: where that last
  /// changed. A NaN never changes again.
  private static Variable extremum(Cumulate op, Node node) {
    List<Integer> order = new ArrayList<>(others(op, node));
    order.addLast(op.axis());
    int last = order.size() - 1;
    Variable y = forward(op, order, node.result());
    TensorType type = y.type();
    Variable before = before(y, last, 0);
    Variable changes = Maths.and(y.ne(before), Maths.not(Maths.isnan(before)));
    Variable own = Ops.apply(new Iota(last, type.withDtype(DType.I64)));
    Variable holders =
        Ops.apply(new Cumulate(CumulateFn.MAX, last, false), Maths.select(changes, own, 0));
    Variable sums =
        Ops.apply(
            new Scatter(ScatterFn.ADD, last, last),
            Ops.zeros(type),
            holders,
            forward(op, order, node.cotangent()));
    return back(op, order, sums);
  }

  private static List<Integer> others(Cumulate op, Node node) {
    return IntStream.range(0, node.operand(0).type().rank())
        .filter(axis -> axis != op.axis())
        .boxed()
        .toList();
  }

  /// With axes in another order, and from the element on that the op starts at.
  private static Variable forward(Cumulate op, List<Integer> order, Variable x) {
    Variable started = op.reverse() ? Shapes.reverse(x, op.axis()) : x;
    return Ops.apply(new Transpose(order), started);
  }

  /// Undoes [#forward].
  private static Variable back(Cumulate op, List<Integer> order, Variable x) {
    Variable ordered = Ops.apply(new Transpose(Ops.inverse(order)), x);
    return op.reverse() ? Shapes.reverse(ordered, op.axis()) : ordered;
  }

  /// For each element the one before it along an axis; for the first a number.
  private static Variable before(Variable x, int axis, double first) {
    Variable start = Ops.apply(new Fill(first, x.type().withDim(axis, Dim.of(1))));
    return Ops.apply(
        new Slice(axis, Dim.of(0), x.type().dim(axis), 1), Ops.apply(new Concat(axis), start, x));
  }
}
