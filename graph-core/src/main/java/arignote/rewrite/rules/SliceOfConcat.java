package arignote.rewrite.rules;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Concat;
import arignote.ir.op.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A slice of one part of a concatenation is a slice of that part; a slice along another axis is
/// the concatenation of slices.
///
/// ```
/// %0 = concat(%x, %y) {axis=1} : f32[B,8]                =>     %y
/// %1 = slice(%0) {axis=1, start=4, size=4} : f32[B,4]
/// ```
final class SliceOfConcat implements CodedRule {
  @Override
  public Optional<Variable> rewrite(Match match, Construction make) {
    Slice slice = (Slice) match.root().op();
    Apply inner = ((Result) match.root().operand(0)).apply();
    Concat concat = (Concat) inner.op();
    if (concat.axis() != slice.axis()) {
      if (match.facts().uses(inner.result()) > 1) {
        return Optional.empty();
      }
      List<Variable> parts = new ArrayList<>();
      inner.operands().forEach(part -> parts.add(make.apply(slice, part)));
      return Optional.of(make.apply(concat, parts));
    }
    Dim position = Dim.of(0);
    for (Variable part : inner.operands()) {
      Dim end = position.plus(part.type().dim(concat.axis()));
      if (Bounds.within(slice.start(), slice.size(), slice.step(), position, end)) {
        Slice inPart =
            new Slice(slice.axis(), slice.start().minus(position), slice.size(), slice.step());
        return Optional.of(make.apply(inPart, part));
      }
      position = end;
    }
    return Optional.empty();
  }
}
