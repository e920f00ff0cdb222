package arignote.examples.imdb;

import arignote.ArignoteException;

/// A file of reviews or of parameters that cannot be read, used or written; the message is one line
/// that names the file and what is wrong with it.
public final class DataException extends ArignoteException {
  private static final long serialVersionUID = 1L;

  public DataException(String message) {
    super(message);
  }

  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
