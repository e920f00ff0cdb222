package arignote.runtime;

import arignote.ArignoteException;
import arignote.ir.Site;

/// Arguments that a function cannot take: their number, a name, a dtype or a shape.
public final class ArgumentException extends ArignoteException {
  private static final long serialVersionUID = 1L;

  /// @param message to which the user's source line is added
  public ArgumentException(String message) {
    super(message + " (" + Site.current() + ")");
  }
}
