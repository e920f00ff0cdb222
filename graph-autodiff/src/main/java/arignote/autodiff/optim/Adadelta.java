package arignote.autodiff.optim;

import static arignote.dsl.Maths.sqrt;
import static arignote.dsl.Maths.square;

import arignote.ir.Shared;
import arignote.ir.Variable;
import java.util.LinkedHashMap;
import java.util.Map;

/// Steps scaled by running means of squared gradients and squared steps, without a learning rate
/// (Zeiler: ADADELTA: An Adaptive Learning Rate Method, 2012).
///
///     r <- decay * r + (1 - decay) * g^2
///     d  = -sqrt(u + epsilon) / sqrt(r_new + epsilon) * g
///     u <- decay * u + (1 - decay) * d^2
///     p <- p + d
public record Adadelta(double decay, double epsilon) implements Optimiser {
  public Adadelta() {
    this(0.95, 1e-6);
  }

  @Override
  public Map<Shared, Variable> updates(Object parameters, Object gradients) {
    Map<Shared, Variable> updates = new LinkedHashMap<>();
    for (Slot slot : Slot.of("adadelta", parameters, gradients)) {
      Variable g = slot.gradient();
      Shared r = slot.state("rgrad2");
      Shared u = slot.state("rup2");
      Variable newR = r.mul(decay).add(square(g).mul(1 - decay));
      Variable d = sqrt(u.add(epsilon)).neg().div(sqrt(newR.add(epsilon))).mul(g);
      updates.put(slot.parameter(), slot.parameter().add(d));
      updates.put(r, newR);
      updates.put(u, u.mul(decay).add(square(d).mul(1 - decay)));
    }
    return updates;
  }
}
