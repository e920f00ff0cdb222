package arignote.runtime;

import arignote.ArignoteException;
import arignote.ir.Site;

/// A function that cannot be made of what its builder was given: an input that is missing, listed
/// twice or unused, an update of another type.
public final class CompileException extends ArignoteException {
  private static final long serialVersionUID = 1L;

  /// @param message to which the user's source line is added
  public CompileException(String message) {
    super(message + " (" + Site.current() + ")");
  }
}
