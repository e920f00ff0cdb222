package arignote.autodiff.optim;

import arignote.ir.Shared;
import arignote.ir.Variable;
import java.util.Map;

/// The optimisers as functions, for `updates(adadelta(parameters, gradients))`; the records of the
/// same names take other constants.
public final class Optimisers {
  private Optimisers() {}

  /// See [Sgd].
  public static Map<Shared, Variable> sgd(Object parameters, Object gradients, double rate) {
    return new Sgd(rate).updates(parameters, gradients);
  }

  /// See [Sgd].
  ///
  /// @param rate a scalar of the parameters' dtype
  public static Map<Shared, Variable> sgd(Object parameters, Object gradients, Variable rate) {
    return new Sgd(rate).updates(parameters, gradients);
  }

  /// See [Momentum].
  public static Map<Shared, Variable> momentum(
      Object parameters, Object gradients, double rate, double momentum) {
    return new Momentum(rate, momentum).updates(parameters, gradients);
  }

  /// See [Adadelta].
  public static Map<Shared, Variable> adadelta(Object parameters, Object gradients) {
    return new Adadelta().updates(parameters, gradients);
  }

  /// See [RmsProp].
  public static Map<Shared, Variable> rmsprop(Object parameters, Object gradients) {
    return new RmsProp().updates(parameters, gradients);
  }

  /// See [Adam].
  public static Map<Shared, Variable> adam(Object parameters, Object gradients) {
    return new Adam().updates(parameters, gradients);
  }

  /// See [Adam].
  public static Map<Shared, Variable> adam(Object parameters, Object gradients, double rate) {
    return new Adam(rate).updates(parameters, gradients);
  }
}
