package arignote.tests.runtime;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/// What errors say.
final class Messages {
  private Messages() {}

  /// The message of an error without the source line at its end, which must be there.
  static String of(Class<? extends Throwable> type, Executable code) {
    String message = requireNonNull(assertThrows(type, code).getMessage());
    assertTrue(message.matches("(?s).* \\(\\w+\\.java:\\d+\\)"), message);
    return message.substring(0, message.lastIndexOf(" ("));
  }
}
