package arignote.examples.imdb;

import arignote.ArignoteException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

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

  /// What went wrong, in words also for those exceptions that have none or only a file's name.
  static String reason(Exception exception) {
    String message = String.valueOf(exception.getMessage()).lines().findFirst().orElse("");
    return switch (exception) {
      case ArignoteException _ -> message;
      case AccessDeniedException _ -> "no permission for " + message;
      case NoSuchFileException _ -> "no such file or folder: " + message;
      case FileAlreadyExistsException _ -> message + " is in the way";
      case NotDirectoryException _ -> message + " is no folder";
      case HttpTimeoutException _ -> "no connection in time";
      case ConnectException _ -> "no connection";
      default -> exception.getMessage() == null ? exception.getClass().getSimpleName() : message;
    };
  }
}
