package arignote.rewrite.rules;

import arignote.ir.Apply;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Concat;
import arignote.ir.op.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Slices of one tensor that lie side by side, put together again, are one slice.
///
/// ```
/// %0 = slice(%x) {axis=0, start=0, size=4} : f32[4]      =>     %0 = slice(%x) {axis=0, start=0, size=8}
/// %1 = slice(%x) {axis=0, start=4, size=4} : f32[4]
/// %2 = concat(%0, %1) {axis=0} : f32[8]
/// ```
final class ConcatOfSlices implements CodedRule {
  @Override
  public Optional<Variable> rewrite(Match match, Construction make) {
    int axis = ((Concat) match.root().op()).axis();
    List<Variable> parts = new ArrayList<>();
    for (Variable operand : match.root().operands()) {
      Optional<Variable> joined =
          parts.isEmpty() ? Optional.empty() : join(parts.getLast(), operand, axis, make);
      if (joined.isPresent()) {
        parts.set(parts.size() - 1, joined.get());
      } else {
        parts.add(operand);
      }
    }
    if (parts.size() == match.root().operands().size()) {
      return Optional.empty();
    }
    return Optional.of(parts.size() == 1 ? parts.getFirst() : make.apply(match.root().op(), parts));
  }

  private static Optional<Variable> join(
      Variable left, Variable right, int axis, Construction make) {
    if (left instanceof Result first
        && right instanceof Result second
        && first.apply().op() instanceof Slice slice
        && second.apply().op() instanceof Slice next
        && isNext(slice, next, axis)
        && isSame(first.apply(), second.apply())) {
      Slice both = new Slice(axis, slice.start(), slice.size().plus(next.size()), slice.step());
      return Optional.of(make.apply(both, first.apply().operand(0)));
    }
    return Optional.empty();
  }

  private static boolean isNext(Slice slice, Slice next, int axis) {
    return slice.axis() == axis
        && next.axis() == axis
        && slice.step() == next.step()
        && next.start().equals(slice.start().plus(slice.size().times(slice.step())));
  }

  private static boolean isSame(Apply first, Apply second) {
    return first.operand(0) == second.operand(0);
  }
}
