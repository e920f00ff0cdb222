package arignote.runtime;

import arignote.ArignoteException;

/// A flag with a value that it cannot have, or one that does not exist.
public final class FlagException extends ArignoteException {
  private static final long serialVersionUID = 1L;

  public FlagException(String message) {
    super(message);
  }
}
