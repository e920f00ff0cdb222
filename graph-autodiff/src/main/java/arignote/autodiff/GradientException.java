package arignote.autodiff;

import arignote.ArignoteException;

/// A gradient that does not exist: of a loss that is no float scalar, with respect to integers, or
/// to a parameter that the loss does not depend on. The message names the parameter and the remedy.
public final class GradientException extends ArignoteException {
  private static final long serialVersionUID = 1L;

  public GradientException(String message) {
    super(message);
  }
}
