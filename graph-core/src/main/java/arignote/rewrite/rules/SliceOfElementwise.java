package arignote.rewrite.rules;

import arignote.ir.Apply;
import arignote.ir.Result;
import arignote.ir.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// A slice of what is computed element by element is computed from slices.
///
/// ```
/// %0 = tanh(%x) : f32[T,B]                               =>     %0 = slice(%x) {axis=0, start=0, size=1}
/// %1 = slice(%0) {axis=0, start=0, size=1} : f32[1,B]           %1 = tanh(%0) : f32[1,B]
/// ```
final class SliceOfElementwise implements CodedRule {
  @Override
  public Optional<Variable> rewrite(Match match, Construction make) {
    Apply inner = ((Result) match.root().operand(0)).apply();
    List<Variable> operands = new ArrayList<>();
    for (Variable operand : inner.operands()) {
      OptionalDouble value = Splat.valueOf(operand);
      operands.add(
          value.isPresent()
              ? make.literal(
                  value.getAsDouble(), operand.type().withShape(match.rootType().shape()))
              : make.apply(match.root().op(), List.of(operand)));
    }
    return Optional.of(make.apply(inner.op(), operands));
  }
}
