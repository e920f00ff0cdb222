package arignote;

import java.util.Objects;

/// The common type of every error that a user can cause: one subclass per kind, unchecked.
///
/// A message is complete on its own: the op or name concerned, what was expected, what was found,
/// the user's source line where there is one, and what to do.
public abstract class ArignoteException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  protected ArignoteException(String message) {
    super(message);
  }

  protected ArignoteException(String message, Throwable cause) {
    super(message, cause);
  }

  /// The message, which every error of this kind has.
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
