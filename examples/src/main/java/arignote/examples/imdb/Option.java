package arignote.examples.imdb;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// One row of the table of options.
///
/// @param byDefault the value if the user gives none, as the user would write it
record Option(String name, String byDefault, Domain domain, String meaning) {
  static Option row(String name, String byDefault, Domain domain, String meaning) {
    return new Option(name, byDefault, domain, meaning);
  }

  /// The values that an option may have.
  ///
  /// @param description of the allowed values, as it goes on after "must be"
  /// @param parser makes a Long, Double, Boolean or String of what the user wrote, or nothing if
  ///   that is not allowed
  record Domain(String description, Function<String, Optional<?>> parser) {
    /// Some values of this domain only.
    Domain or(String further, long value) {
      return new Domain(
          description + ", or " + further,
          text ->
              whole(text).filter(number -> number == value).isPresent()
                  ? Optional.of(value)
                  : parser.apply(text));
    }
  }

  /// Whole numbers from `least` on.
  static Domain atLeast(int least) {
    return new Domain(
        "a whole number from " + least + " on",
        text -> whole(text).filter(number -> number >= least && number <= Integer.MAX_VALUE));
  }

  /// A number of updates, or -1 for once per epoch.
  static Domain frequency() {
    return atLeast(1).or("-1 for once per epoch", -1);
  }

  /// A number of things from 1 on, or -1 for all.
  static Domain countOrAll() {
    return atLeast(1).or("-1 for all", -1);
  }

  /// Any whole number of 64 bits.
  static Domain anyWhole() {
    return new Domain("a whole number", Option::whole);
  }

  /// Finite numbers from 0 on.
  static Domain notNegative() {
    return new Domain("a number from 0 on", text -> real(text).filter(number -> number >= 0));
  }

  /// A part of something that is not all of it.
  static Domain part() {
    return new Domain(
        "a number from 0 to less than 1",
        text -> real(text).filter(number -> number >= 0 && number < 1));
  }

  /// The number 0, for an option that has no effect.
  static Domain zero(String reason) {
    return new Domain("0 (" + reason + ")", text -> real(text).filter(number -> number == 0));
  }

  /// `true` or `false`, in Python's spelling too.
  static Domain truth() {
    return new Domain(
        "true or false",
        text ->
            switch (text) {
              case "true", "True" -> Optional.of(true);
              case "false", "False" -> Optional.of(false);
              default -> Optional.empty();
            });
  }

  /// One of a few words.
  static Domain oneOf(String... words) {
    return new Domain(
        String.join(" or ", words), text -> Stream.of(words).filter(text::equals).findFirst());
  }

  /// The one word there is so far, for options whose others are still to come.
  static Domain only(String word, String reason) {
    return new Domain(word + " (" + reason + ")", text -> Optional.of(text).filter(word::equals));
  }

  /// Whatever can name a file, and nothing at all.
  static Domain file() {
    return new Domain(
        "a file name",
        text -> {
          try {
            return Optional.of(Path.of(text).toString());
          } catch (InvalidPathException _) {
            return Optional.empty();
          }
        });
  }

  /// The name of a file to write pickles to.
  static Domain pickle() {
    return fileWith(".pkl or .pkl.gz", ".+\\.pkl(\\.gz)?");
  }

  /// The name of a file to draw to, and nothing at all.
  static Domain picture() {
    return fileWith(".png or .svg", "|.+\\.(png|svg)");
  }

  private static Domain fileWith(String endings, String pattern) {
    return new Domain(
        "a file name that ends with " + endings,
        text -> file().parser().apply(text).filter(_ -> text.matches(pattern)));
  }

  /// The value that a text stands for.
  ///
  /// @throws OptionException if it is not in the domain
  Object parse(String text) {
    return domain
        .parser()
        .apply(text)
        .orElseThrow(() ->
            new OptionException(
                "the option %s must be %s; found \"%s\""
                    .formatted(name, domain.description(), text)));
  }

  private static Optional<Long> whole(String text) {
    try {
      return Optional.of(Long.parseLong(text));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  private static Optional<Double> real(String text) {
    try {
      return Optional.of(Double.parseDouble(text)).filter(Double::isFinite);
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }
}
