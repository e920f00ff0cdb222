package arignote.rewrite.rules;

import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.Constant;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.reference.Interpreter;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// An elementwise op on tensors of one value each, of whatever shape, is one of one value, as the
/// reference computes it.
///
/// ```
/// %0 = fill() {value=4.0} : f32[B]     =>     %0 = fill() {value=2.0} : f32[B]
/// %1 = sqrt(%0) : f32[B]
/// ```
final class FoldConstants implements CodedRule {
  @Override
  public Optional<Variable> rewrite(Match match, Construction make) {
    Apply root = match.root();
    if (Splat.valueOf(root.operands().getLast()).isEmpty()) {
      return Optional.empty();
    }
    List<Variable> scalars = new ArrayList<>();
    List<HostTensor> values = new ArrayList<>();
    for (Variable operand : root.operands()) {
      OptionalDouble value = Splat.valueOf(operand);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      HostTensor scalar = HostTensor.scalar(operand.type().dtype(), value.getAsDouble());
      scalars.add(new Constant(scalar));
      values.add(scalar);
    }
    Apply onScalars = Apply.of(root.op(), scalars, root.site());
    HostTensor folded = Interpreter.apply(onScalars, values, new Bindings()).getFirst();
    TensorType type = root.result().type();
    OptionalDouble value = Splat.valueOf(new Constant(folded));
    return value.isEmpty()
        ? Optional.empty()
        : Optional.of(make.literal(value.getAsDouble(), type));
  }
}
