package arignote.autodiff.testing;

import arignote.ArignoteException;

/// A text that is not an expression, or whose types do not fit. The message has the place, the
/// problem and the text:
///
/// ```
/// 1:9: no variable "z"; there are [x, y]
/// 2 * x + z
///         ^
/// ```
public final class ExpressionException extends ArignoteException {
  private static final long serialVersionUID = 1L;

  ExpressionException(String message) {
    super(message);
  }
}
