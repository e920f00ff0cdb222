package arignote.autodiff.optim;

import static arignote.dsl.Maths.sqrt;
import static arignote.dsl.Maths.square;

import arignote.ir.Shared;
import arignote.ir.Variable;
import java.util.LinkedHashMap;
import java.util.Map;

/// Steps scaled by the running deviation of the gradient, with momentum (the variant of Graves:
/// Generating Sequences with Recurrent Neural Networks, 2013).
///
///     a <- decay * a + (1 - decay) * g
///     r <- decay * r + (1 - decay) * g^2
///     d <- momentum * d - rate * g / sqrt(r_new - a_new^2 + epsilon)
///     p <- p + d_new
public record RmsProp(double decay, double momentum, double rate, double epsilon)
    implements Optimiser {
  public RmsProp() {
    this(0.95, 0.9, 1e-4, 1e-4);
  }

  @Override
  public Map<Shared, Variable> updates(Object parameters, Object gradients) {
    Map<Shared, Variable> updates = new LinkedHashMap<>();
    for (Slot slot : Slot.of("rmsprop", parameters, gradients)) {
      Variable g = slot.gradient();
      Shared a = slot.state("rgrad");
      Shared r = slot.state("rgrad2");
      Shared d = slot.state("updir");
      Variable newA = a.mul(decay).add(g.mul(1 - decay));
      Variable newR = r.mul(decay).add(square(g).mul(1 - decay));
      Variable deviation = sqrt(newR.sub(square(newA)).add(epsilon));
      Variable newD = d.mul(momentum).sub(g.mul(rate).div(deviation));
      updates.put(slot.parameter(), slot.parameter().add(newD));
      updates.put(a, newA);
      updates.put(r, newR);
      updates.put(d, newD);
    }
    return updates;
  }
}
