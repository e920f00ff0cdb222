package arignote.autodiff.optim;

import arignote.ir.Shared;
import arignote.ir.Variable;
import java.util.Map;

/// A way to get from gradients to better parameters.
public interface Optimiser {
  /// The updates of one training step: of each parameter, and of what the optimiser remembers about
  /// it in shared variables that this call creates, named `<parameter>_...` and 0 at first.
  ///
  /// @param parameters a tree of shared variables (see [arignote.dsl.Trees])
  /// @param gradients a tree with the same paths, as `grad` returns it
  /// @return new values, in the order of the parameters
  /// @throws OptimiserException if a parameter is not a shared variable or comes twice, or the
  ///   trees do not match
  Map<Shared, Variable> updates(Object parameters, Object gradients);
}
