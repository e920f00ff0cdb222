package arignote.autodiff.optim;

import arignote.ArignoteException;

/// Parameters that cannot be updated: not shared variables, listed twice, or without a gradient of
/// their type. The message names the parameter.
public final class OptimiserException extends ArignoteException {
  private static final long serialVersionUID = 1L;

  public OptimiserException(String message) {
    super(message);
  }
}
