package arignote.rewrite.rules;

import arignote.ir.Apply;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Gather;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// What is picked from the results of an elementwise op is computed from what is picked from its
/// operands, if that is fewer elements. Of something repeated along the axis there is nothing to
/// pick.
///
/// ```
/// %0 = log(%p) : f32[B,2]                                =>     %0 = gather(%p, %label) {axis=1, batch=1}
/// %1 = gather(%0, %label) {axis=1, batch=1} : f32[B]            %1 = log(%0) : f32[B]
/// ```
final class GatherOfElementwise implements CodedRule {
  @Override
  public Optional<Variable> rewrite(Match match, Construction make) {
    Gather gather = (Gather) match.root().op();
    Variable results = match.root().operand(0);
    Variable indices = match.root().operand(1);
    boolean onePerRow = indices.type().rank() == gather.batch();
    if (!onePerRow && !results.type().size().minus(match.rootType().size()).isNonNegative()) {
      return Optional.empty();
    }
    Apply inner = ((Result) results).apply();
    List<Variable> operands = new ArrayList<>();
    boolean checked = false;
    for (Variable operand : inner.operands()) {
      OptionalDouble value = Splat.valueOf(operand);
      if (value.isPresent()) {
        operands.add(
            make.literal(value.getAsDouble(), operand.type().withShape(match.rootType().shape())));
        continue;
      }
      Optional<Variable> repeated =
          onePerRow ? reducedAlong(gather.axis(), operand) : Optional.empty();
      checked |= repeated.isEmpty();
      operands.add(repeated.orElseGet(() -> make.apply(gather, operand, indices)));
    }
    // Somewhere the indices have to be seen to be inside.
    return checked ? Optional.of(make.apply(inner.op(), operands)) : Optional.empty();
  }

  private static Optional<Variable> reducedAlong(int axis, Variable variable) {
    return Kept.of(variable).stream()
        .filter(kept -> kept.isAlong(List.of((long) axis)))
        .map(Kept::reduced)
        .findFirst();
  }
}
