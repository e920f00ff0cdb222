package arignote.runtime;

import arignote.tensor.DType;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The values of all flags, see [Flag].
///
/// @param floatX the dtype of floating literals, inputs and parameters
/// @param options how functions are compiled if nothing else is said
/// @param seed the seed of initial values, shuffles and random streams
public record Flags(DType floatX, CompileOptions options, long seed) {
  /// The flags as the system properties and the environment are now.
  ///
  /// @throws FlagException if a flag has a value it cannot have, or `ARIGNOTE_FLAGS` names one that
  ///   does not exist
  public static Flags current() {
    return read(
        key -> Optional.ofNullable(System.getProperty(key)),
        Optional.ofNullable(System.getenv("ARIGNOTE_FLAGS")));
  }

  /// The flags of given properties, and of the text of the environment variable.
  static Flags read(Function<String, Optional<String>> properties, Optional<String> environment) {
    Map<Flag, String> values = new EnumMap<>(Flag.class);
    environment.ifPresent(text -> readEnvironment(text, values));
    for (Flag flag : Flag.values()) {
      properties.apply(flag.key()).ifPresent(value -> values.put(flag, value.strip()));
    }
    CompileOptions options =
        new CompileOptions(
            device(value(values, Flag.DEVICE)),
            mode(value(values, Flag.MODE)),
            names(values.getOrDefault(Flag.WITHOUT, "")),
            threads(values),
            folder(values.getOrDefault(Flag.DUMP, "")),
            truth(Flag.VERIFY, value(values, Flag.VERIFY)),
            truth(Flag.PROFILE, value(values, Flag.PROFILE)));
    return new Flags(
        floatX(value(values, Flag.FLOATX)), options, number(Flag.SEED, value(values, Flag.SEED)));
  }

  private static void readEnvironment(String text, Map<Flag, String> values) {
    for (String part : text.split(",")) {
      if (part.isBlank()) {
        continue;
      }
      int equals = part.indexOf('=');
      String key = (equals < 0 ? part : part.substring(0, equals)).strip();
      Flag flag =
          Arrays.stream(Flag.values())
              .filter(candidate -> candidate.key().equals(key))
              .findFirst()
              .orElseThrow(() ->
                  new FlagException(
                      "ARIGNOTE_FLAGS: unknown flag \"%s\"; the flags are %s"
                          .formatted(key, keys())));
      if (equals < 0) {
        throw new FlagException(
            "ARIGNOTE_FLAGS: \"%s\" has no value; write %s=%s".formatted(key, key, flag.allowed()));
      }
      values.put(flag, part.substring(equals + 1).strip());
    }
  }

  private static String keys() {
    return Arrays.stream(Flag.values()).map(Flag::key).collect(Collectors.joining(", "));
  }

  private static String value(Map<Flag, String> values, Flag flag) {
    return values.getOrDefault(flag, flag.standard());
  }

  private static DType floatX(String value) {
    return switch (value) {
      case "float32" -> DType.F32;
      case "float64" -> DType.F64;
      default -> throw refused(Flag.FLOATX, value);
    };
  }

  private static String device(String value) {
    if (!value.matches("cpu|gpu[0-9]*")) {
      throw refused(Flag.DEVICE, value);
    }
    return value;
  }

  private static Mode mode(String value) {
    return Arrays.stream(Mode.values())
        .filter(mode -> mode.name().toLowerCase(Locale.ROOT).equals(value))
        .findFirst()
        .orElseThrow(() -> refused(Flag.MODE, value));
  }

  private static Set<String> names(String value) {
    return Arrays.stream(value.split("[:,]"))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static int threads(Map<Flag, String> values) {
    if (!values.containsKey(Flag.THREADS)) {
      return Runtime.getRuntime().availableProcessors();
    }
    long threads = number(Flag.THREADS, values.get(Flag.THREADS));
    if (threads < 1 || threads > 1024) {
      throw refused(Flag.THREADS, values.get(Flag.THREADS));
    }
    return (int) threads;
  }

  private static Optional<Path> folder(String value) {
    try {
      return value.isEmpty() ? Optional.empty() : Optional.of(Path.of(value));
    } catch (InvalidPathException e) {
      throw refused(Flag.DUMP, value);
    }
  }

  private static boolean truth(Flag flag, String value) {
    return switch (value) {
      case "true", "" -> true;
      case "false" -> false;
      default -> throw refused(flag, value);
    };
  }

  private static long number(Flag flag, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw refused(flag, value);
    }
  }

  private static FlagException refused(Flag flag, String value) {
    return new FlagException(
        "flag %s: \"%s\" is not one of its values: %s"
            .formatted(flag.key(), value, flag.allowed()));
  }
}
