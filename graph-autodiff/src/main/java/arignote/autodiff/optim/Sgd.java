package arignote.autodiff.optim;

import arignote.dsl.Values;
import arignote.ir.Shared;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/// Stochastic gradient descent: `p <- p - rate * g`.
///
/// @param rate the learning rate, a scalar, for a parameter of the given type
public record Sgd(Function<TensorType, Variable> rate) implements Optimiser {
  /// With a fixed rate.
  public Sgd(double rate) {
    this(type -> Values.constant(type.dtype(), rate));
  }

  /// With a rate that is computed or given at each step.
  public Sgd(Variable rate) {
    this(_ -> rate);
  }

  @Override
  public Map<Shared, Variable> updates(Object parameters, Object gradients) {
    Map<Shared, Variable> updates = new LinkedHashMap<>();
    for (Slot slot : Slot.of("sgd", parameters, gradients)) {
      Shared parameter = slot.parameter();
      Variable rateHere = rate.apply(parameter.type());
      if (!rateHere.type().equals(TensorType.scalar(parameter.type().dtype()))) {
        throw Slot.failure(
            "sgd: the rate must be a scalar of type %s for the parameter \"%s\", found %s; cast it"
                .formatted(parameter.type().dtype(), parameter.name(), rateHere.type()));
      }
      updates.put(parameter, parameter.sub(slot.gradient().mul(rateHere)));
    }
    return updates;
  }
}
