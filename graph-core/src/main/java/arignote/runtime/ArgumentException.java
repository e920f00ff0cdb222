package arignote.runtime;

import arignote.ArignoteException;

/// Arguments that a function cannot take: their number, a name, a dtype or a shape.
public final class ArgumentException extends ArignoteException {
  private static final long serialVersionUID = 1L;

  public ArgumentException(String message) {
    super(message);
  }
}
