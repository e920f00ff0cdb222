package arignote.rewrite.rules;

import arignote.ir.Dim;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Fill;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Copies are not summed one by one: the sum is a multiple. The largest, the smallest, any and all
/// of them are one of them, if there is one.
///
/// ```
/// %0 = broadcast(%b) {shape=[T,B]} : f32[T,B]     =>     %0 = dim_size() {dim=T} : i64
/// %1 = sum(%0) {axes=[0]} : f32[B]                       %1 = cast(%0) {to=f32} : f32
///                                                        %2 = broadcast(%1) {shape=[B]} : f32[B]
///                                                        %3 = mul(%b, %2) : f32[B]
/// ```
final class ReduceOfBroadcast implements CodedRule {
  @Override
  public Optional<Variable> rewrite(Match match, Construction make) {
    Reduce reduce = (Reduce) match.root().op();
    Variable operand = match.root().operand(0);
    if (!(operand instanceof Result result)) {
      return Optional.empty();
    }
    return switch (result.apply().op()) {
      case Fill(double value, TensorType _) -> {
        Variable scalar = make.literal(value, TensorType.scalar(operand.type().dtype()));
        yield reduced(reduce, scalar, match, make);
      }
      case Broadcast _ -> reduced(reduce, result.apply().operand(0), match, make);
      default -> Optional.empty();
    };
  }

  private static Optional<Variable> reduced(
      Reduce reduce, Variable x, Match match, Construction make) {
    TensorType copies = match.root().operand(0).type();
    int added = copies.rank() - x.type().rank();
    Dim count = Dim.of(1);
    List<Dim> ownShape = new ArrayList<>();
    List<Integer> ownAxes = new ArrayList<>();
    List<Dim> shape = new ArrayList<>();
    for (int axis = 0; axis < copies.rank(); axis++) {
      boolean own = axis >= added && x.type().dim(axis - added).equals(copies.dim(axis));
      boolean reduced = reduce.axes().contains(axis);
      if (reduced && own) {
        ownAxes.add(ownShape.size());
      } else if (reduced) {
        count = count.times(copies.dim(axis));
      }
      if (!reduced) {
        shape.add(copies.dim(axis));
      }
      if (axis >= added && (own || !reduced)) {
        ownShape.add(x.type().dim(axis - added));
      }
    }
    if (count.is(1) || !isMultiple(reduce.fn(), count, match.facts().range(x))) {
      return Optional.empty();
    }
    Variable own = make.reshape(x, ownShape);
    if (!ownAxes.isEmpty()) {
      own = make.apply(new Reduce(reduce.fn(), ownAxes), own);
    }
    if (reduce.fn() == ReduceFn.SUM) {
      Variable times = make.broadcast(make.size(count, x.type().dtype()), own.type().shape());
      own = make.binary(BinaryFn.MUL, own, times);
    }
    return Optional.of(make.broadcast(own, shape));
  }

  /// Whether the reduction of so many equal elements can be said without reducing them. The sum of
  /// none of them is 0 even if they are NaN.
  private static boolean isMultiple(ReduceFn fn, Dim count, Range range) {
    boolean atLeastOne = count.minus(1).isNonNegative();
    return switch (fn) {
      case SUM -> atLeastOne || range.defined();
      case PROD -> false;
      case MAX, MIN, ANY, ALL -> atLeastOne;
    };
  }
}
