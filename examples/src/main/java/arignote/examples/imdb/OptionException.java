package arignote.examples.imdb;

import arignote.ArignoteException;
import java.util.Collection;
import java.util.Locale;

/// An option that does not exist, or whose value is not one of those allowed; the message names the
/// option, what was found and what is allowed.
public final class OptionException extends ArignoteException {
  private static final long serialVersionUID = 1L;

  public OptionException(String message) {
    super(message);
  }

  /// Checks that there is an option of a name.
  ///
  /// @throws OptionException if there is not; the message has all names and the similar one, if any
  public static void checkName(String name, Collection<String> known) {
    if (known.contains(name)) {
      return;
    }
    String question =
        known.stream()
            .filter(candidate -> bare(candidate).equals(bare(name)))
            .findFirst()
            .map(similar -> " (did you mean " + similar + "?)")
            .orElse("");
    throw new OptionException(
        "there is no option %s%s; the options are %s"
            .formatted(name, question, String.join(", ", known)));
  }

  private static String bare(String name) {
    return name.replaceAll("[_-]", "").toLowerCase(Locale.ROOT);
  }
}
