package arignote.autodiff.optim;

import arignote.ir.Shared;
import arignote.ir.Variable;
import java.util.LinkedHashMap;
import java.util.Map;

/// Stochastic gradient descent: `p <- p - rate * g`.
public record Sgd(double rate) implements Optimiser {
  @Override
  public Map<Shared, Variable> updates(Object parameters, Object gradients) {
    Map<Shared, Variable> updates = new LinkedHashMap<>();
    for (Slot slot : Slot.of("sgd", parameters, gradients)) {
      updates.put(slot.parameter(), slot.parameter().sub(slot.gradient().mul(rate)));
    }
    return updates;
  }
}
