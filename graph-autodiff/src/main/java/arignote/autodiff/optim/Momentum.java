package arignote.autodiff.optim;

import arignote.ir.Shared;
import arignote.ir.Variable;
import java.util.LinkedHashMap;
import java.util.Map;

/// Gradient descent with momentum: `v <- momentum * v - rate * g; p <- p + v_new` (Polyak: Some
/// Methods of Speeding up the Convergence of Iteration Methods, 1964).
public record Momentum(double rate, double momentum) implements Optimiser {
  @Override
  public Map<Shared, Variable> updates(Object parameters, Object gradients) {
    Map<Shared, Variable> updates = new LinkedHashMap<>();
    for (Slot slot : Slot.of("momentum", parameters, gradients)) {
      Shared velocity = slot.state("velocity");
      Variable newVelocity = velocity.mul(momentum).sub(slot.gradient().mul(rate));
      updates.put(slot.parameter(), slot.parameter().add(newVelocity));
      updates.put(velocity, newVelocity);
    }
    return updates;
  }
}
