package arignote.io;

import arignote.ArignoteException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/// A `.npy` or `.npz` file that cannot be read or written. The message begins with the file's name,
/// `lstm.npz: Wemb.npy: the data ends after 512 of 5120000 bytes`.
public final class NpyException extends ArignoteException {
  private static final long serialVersionUID = 1L;

  NpyException(String file, String problem) {
    super(file + ": " + problem);
  }

  NpyException(String file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }

  /// What a failed system call says.
  static NpyException of(String file, String action, Exception cause) {
    String reason =
        switch (cause) {
          case NoSuchFileException missing -> "there is no " + missing.getFile();
          case AccessDeniedException denied -> "no permission for " + denied.getFile();
          default -> cause.getClass().getSimpleName() + " " + cause.getMessage();
        };
    return new NpyException(file, "cannot " + action + ": " + reason, cause);
  }
}
