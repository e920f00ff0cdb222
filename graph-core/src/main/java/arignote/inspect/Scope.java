package arignote.inspect;

import arignote.ir.Apply;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Fused;
import java.util.Optional;

/// The loop whose body an expression is printed from: its inputs stand for the operands of the
/// loop, so that fused ops read like those that they were made of.
///
/// @param outer where the loop itself is
record Scope(Apply loop, Optional<Scope> outer) {
  /// A variable and the body that it is in.
  record Place(Variable variable, Optional<Scope> scope) {}

  /// What a variable stands for: behind inputs and results of loops.
  static Place resolve(Variable variable, Optional<Scope> scope) {
    Place place = new Place(variable, scope);
    while (true) {
      Optional<Place> next = step(place);
      if (next.isEmpty()) {
        return place;
      }
      place = next.get();
    }
  }

  private static Optional<Place> step(Place place) {
    if (place.variable() instanceof Result result
        && result.apply().op() instanceof Fused(var body)) {
      Scope inside = new Scope(result.apply(), place.scope());
      return Optional.of(new Place(body.outputs().get(result.index()), Optional.of(inside)));
    }
    if (place.variable() instanceof Input input && place.scope().isPresent()) {
      Scope scope = place.scope().get();
      int index = ((Fused) scope.loop().op()).body().inputs().indexOf(input);
      if (index >= 0) {
        return Optional.of(new Place(scope.loop().operand(index), scope.outer()));
      }
    }
    return Optional.empty();
  }
}
