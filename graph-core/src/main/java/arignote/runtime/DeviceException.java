package arignote.runtime;

import arignote.ArignoteException;

/// A device that was asked for and cannot be used; the message says which step failed and what to
/// do.
public final class DeviceException extends ArignoteException {
  private static final long serialVersionUID = 1L;

  public DeviceException(String message) {
    super(message);
  }

  public DeviceException(String message, Throwable cause) {
    super(message, cause);
  }
}
