package arignote.rewrite.rules;

import arignote.ir.Dim;
import arignote.ir.Variable;
import arignote.ir.op.Reduce;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Axes of length 1 are taken away by a reshape; only the others need reducing.
///
/// ```
/// %0 = sum(%x) {axes=[0, 1]} : f32[B]     =>     %0 = reshape(%x) {shape=[T,B]} : f32[T,B]
/// (%x: f32[T,1,B])                               %1 = sum(%0) {axes=[0]} : f32[B]
/// ```
final class ReduceOfOne implements CodedRule {
  @Override
  public Optional<Variable> rewrite(Match match, Construction make) {
    Reduce reduce = (Reduce) match.root().op();
    Variable x = match.root().operand(0);
    List<Dim> shape = new ArrayList<>();
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < x.type().rank(); axis++) {
      boolean reduced = reduce.axes().contains(axis);
      if (!reduced || !x.type().dim(axis).is(1)) {
        if (reduced) {
          axes.add(shape.size());
        }
        shape.add(x.type().dim(axis));
      }
    }
    // A reduction of everything needs no reshape before it, and one after it is none.
    boolean everything = reduce.axes().size() == x.type().rank() && !axes.isEmpty();
    if (shape.size() == x.type().rank() || everything) {
      return Optional.empty();
    }
    Variable reshaped = make.reshape(x, shape);
    return Optional.of(
        axes.isEmpty() ? reshaped : make.apply(new Reduce(reduce.fn(), axes), reshaped));
  }
}
