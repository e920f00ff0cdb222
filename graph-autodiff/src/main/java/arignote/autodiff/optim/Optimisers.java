package arignote.autodiff.optim;

import static arignote.dsl.Maths.minimum;
import static arignote.dsl.Maths.reciprocal;
import static arignote.dsl.Maths.sqrt;
import static arignote.dsl.Maths.sum;

import arignote.dsl.Trees;
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

  /// Gradients to give to an optimiser instead of those that may explode: if the norm of all of them
  /// together is above `most`, all are scaled so that it is `most` (Pascanu, Mikolov, Bengio: On the
  /// difficulty of training recurrent neural networks, 2013).
  ///
  /// @param gradients a tree of variables
  /// @param most above 0
  public static <T> T clipByNorm(T gradients, double most) {
    if (!(most > 0)) {
      throw new OptimiserException("clip_by_norm: the norm must be above 0; found " + most);
    }
    Variable squares =
        Trees.variables(gradients).stream()
            .map(gradient -> sum(gradient.square()))
            .reduce(Variable::add)
            .orElseThrow(() -> new OptimiserException("clip_by_norm: there are no gradients"));
    // Of a norm of 0 the reciprocal is infinite, and the smaller of both is 1.
    Variable factor = minimum(reciprocal(sqrt(squares)).mul(most), 1);
    return Trees.map(gradients, (_, gradient) -> gradient.mul(factor));
  }
}
