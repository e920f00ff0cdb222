package arignote.rewrite.rules;

import arignote.ir.Dim;
import arignote.ir.Variable;
import arignote.ir.op.Slice;
import java.util.List;
import java.util.Optional;

/// A slice along an axis of copies is fewer copies; along another axis it is copies of a slice.
///
/// ```
/// %0 = broadcast(%b) {shape=[B,8]} : f32[B,8]            =>     %0 = slice(%b) {axis=0, start=4, size=4}
/// %1 = slice(%0) {axis=1, start=4, size=4} : f32[B,4]           %1 = broadcast(%0) {shape=[B,4]}
/// ```
final class SliceOfBroadcast implements CodedRule {
  @Override
  public Optional<Variable> rewrite(Match match, Construction make) {
    Slice slice = (Slice) match.root().op();
    Variable copies = match.root().operand(0);
    Variable x = match.variable("x");
    List<Dim> shape = match.rootType().shape();
    int axis = slice.axis() - (copies.type().rank() - x.type().rank());
    Dim length = copies.type().dim(slice.axis());
    if (axis < 0 || (x.type().dim(axis).is(1) && !length.is(1))) {
      // Whether the slice lies inside has to be known, for nothing checks it any more.
      return Bounds.within(slice.start(), slice.size(), slice.step(), Dim.of(0), length)
          ? Optional.of(make.broadcast(x, shape))
          : Optional.empty();
    }
    Slice ofX = new Slice(axis, slice.start(), slice.size(), slice.step());
    return Optional.of(make.broadcast(make.apply(ofX, x), shape));
  }
}
