package arignote.autodiff.optim;

import static arignote.dsl.Maths.pow;
import static arignote.dsl.Maths.sqrt;
import static arignote.dsl.Maths.square;
import static arignote.dsl.Maths.sub;

import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.LinkedHashMap;
import java.util.Map;

/// Steps scaled by running means of the gradient and its square, both corrected for starting at 0
/// (Kingma, Ba: Adam: A Method for Stochastic Optimization, 2015), `t` counting steps from 1.
///
///     m <- beta1 * m + (1 - beta1) * g
///     v <- beta2 * v + (1 - beta2) * g^2
///     p <- p - rate * m_new / (1 - beta1^t) / (sqrt(v_new / (1 - beta2^t)) + epsilon)
public record Adam(double rate, double beta1, double beta2, double epsilon) implements Optimiser {
  public Adam() {
    this(1e-3);
  }

  /// With the paper's other constants.
  public Adam(double rate) {
    this(rate, 0.9, 0.999, 1e-8);
  }

  @Override
  public Map<Shared, Variable> updates(Object parameters, Object gradients) {
    Map<Shared, Variable> updates = new LinkedHashMap<>();
    Shared steps = new Shared("adam_steps", HostTensor.scalar(DType.I64, 0L));
    Variable step = steps.add(1);
    for (Slot slot : Slot.of("adam", parameters, gradients)) {
      Variable g = slot.gradient();
      Shared m = slot.state("mean");
      Shared v = slot.state("square");
      Variable newM = m.mul(beta1).add(g.mul(1 - beta1));
      Variable newV = v.mul(beta2).add(square(g).mul(1 - beta2));
      Variable t = step.cast(g.type().dtype());
      Variable mean = newM.div(sub(1, pow(beta1, t)));
      Variable deviation = sqrt(newV.div(sub(1, pow(beta2, t)))).add(epsilon);
      updates.put(slot.parameter(), slot.parameter().sub(mean.div(deviation).mul(rate)));
      updates.put(m, newM);
      updates.put(v, newV);
    }
    updates.put(steps, step);
    return updates;
  }
}
