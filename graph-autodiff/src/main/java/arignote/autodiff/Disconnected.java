package arignote.autodiff;

/// What the gradient with respect to a variable is that the outputs do not depend on, or depend on
/// only through integers and bools.
public enum Disconnected {
  /// A [GradientException]: mostly, a parameter was forgotten in the model.
  ERROR,
  /// Zeros of the variable's type.
  ZERO
}
