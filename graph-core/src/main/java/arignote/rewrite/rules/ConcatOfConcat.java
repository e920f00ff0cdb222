package arignote.rewrite.rules;

import arignote.ir.Result;
import arignote.ir.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A concatenation inside another along the same axis is part of it.
///
/// ```
/// %0 = concat(%x, %y) {axis=0} : f32[4]     =>     %0 = concat(%x, %y, %z) {axis=0} : f32[6]
/// %1 = concat(%0, %z) {axis=0} : f32[6]
/// ```
final class ConcatOfConcat implements CodedRule {
  @Override
  public Optional<Variable> rewrite(Match match, Construction make) {
    List<Variable> parts = new ArrayList<>();
    for (Variable operand : match.root().operands()) {
      if (operand instanceof Result result
          && result.apply().op().equals(match.root().op())
          && match.facts().uses(operand) <= 1) {
        parts.addAll(result.apply().operands());
      } else {
        parts.add(operand);
      }
    }
    return parts.size() == match.root().operands().size()
        ? Optional.empty()
        : Optional.of(make.apply(match.root().op(), parts));
  }
}
