package arignote.rewrite.rules;

import arignote.ir.Dim;
import arignote.ir.Variable;
import arignote.ir.op.Gather;
import arignote.ir.op.Slice;
import java.util.Optional;

/// The elements at a position that is known now are a slice.
///
/// ```
/// %0 = constant {value=0} : i64                     =>     %0 = slice(%x) {axis=0, start=0, size=1} : f32[1,B]
/// %1 = gather(%x, %0) {axis=0} : f32[B]                    %1 = reshape(%0) {shape=[B]} : f32[B]
/// ```
final class GatherAtConstant implements CodedRule {
  @Override
  public Optional<Variable> rewrite(Match match, Construction make) {
    Gather gather = (Gather) match.root().op();
    Variable x = match.variable("x");
    long index = (long) Splat.valueOf(match.variable("i")).orElseThrow();
    Dim length = x.type().dim(gather.axis());
    // A position outside stays an error at run time.
    if (index < 0 || (length.constant().isPresent() && length.constant().getAsLong() <= index)) {
      return Optional.empty();
    }
    Slice slice = new Slice(gather.axis(), Dim.of(index), Dim.of(1), 1);
    return Optional.of(make.reshape(make.apply(slice, x), match.rootType().shape()));
  }
}
