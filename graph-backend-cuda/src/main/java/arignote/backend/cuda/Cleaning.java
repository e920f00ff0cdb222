package arignote.backend.cuda;

import java.lang.ref.Cleaner;

/// Frees what belongs to objects that nobody can reach any more.
final class Cleaning {
  private static final Cleaner CLEANER = Cleaner.create();

  private Cleaning() {}

  /// @param action must not know the owner
  static Cleaner.Cleanable of(Object owner, Runnable action) {
    return CLEANER.register(owner, action);
  }
}
