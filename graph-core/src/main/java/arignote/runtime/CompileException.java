package arignote.runtime;

import arignote.ArignoteException;

/// A function that cannot be made of what its builder was given: an input that is missing, listed
/// twice or unused, an update of another type.
public final class CompileException extends ArignoteException {
  private static final long serialVersionUID = 1L;

  public CompileException(String message) {
    super(message);
  }
}
