package arignote.examples.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Abbreviations: words whose final dot ends no sentence.
///
/// @param always before any word
/// @param beforeNumbers only before a digit, as in `No. 5`
record NonbreakingPrefixes(Set<String> always, Set<String> beforeNumbers) {
  NonbreakingPrefixes {
    always = Set.copyOf(always);
    beforeNumbers = Set.copyOf(beforeNumbers);
  }

  static NonbreakingPrefixes english() {
    try (InputStream stream =
        Objects.requireNonNull(
            NonbreakingPrefixes.class.getResourceAsStream("nonbreaking-en.txt"),
            "nonbreaking-en.txt is missing from the class path")) {
      return parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads lines of `always: words` and `number: words`, `#` before comments.
  static NonbreakingPrefixes parse(String text) {
    Set<String> always = new HashSet<>();
    Set<String> beforeNumbers = new HashSet<>();
    for (String line : text.lines().map(String::strip).toList()) {
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String[] sides = line.split(":", 2);
      Set<String> kind =
          switch (sides[0]) {
            case "always" -> always;
            case "number" -> beforeNumbers;
            default -> throw new IllegalArgumentException("neither always nor number: " + line);
          };
      kind.addAll(List.of(sides[1].strip().split("\\s+")));
    }
    return new NonbreakingPrefixes(always, beforeNumbers);
  }
}
