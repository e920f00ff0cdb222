package arignote.backend.cuda;

import arignote.runtime.FlagException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// Which loops over time become one kernel each, that keeps its weights on the chip: the property
/// `arignote.cuda.persistent` when a function is compiled.
enum Persistence {
  /// Those that are estimated to be faster so.
  AUTO,
  /// None.
  OFF,
  /// All that can.
  ON;

  private static final String PROPERTY = "arignote.cuda.persistent";

  private String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// @throws FlagException if the property has another value
  static Persistence current() {
    String value = System.getProperty(PROPERTY, AUTO.word());
    return Arrays.stream(values())
        .filter(candidate -> candidate.word().equals(value))
        .findFirst()
        .orElseThrow(() ->
            new FlagException(
                "flag %s: \"%s\" is not one of its values: %s"
                    .formatted(
                        PROPERTY,
                        value,
                        Arrays.stream(values())
                            .map(Persistence::word)
                            .collect(Collectors.joining(", ")))));
  }
}
