package arignote.tests.filetests;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One file:
///
/// ```
/// // command: optimize stabilize
/// // What is tested, if the name of the file does not say it.
/// // CHECK: log1p(%x)
/// // CHECK-NOT: exp
/// graph @main(%x: f32[B]) -> f32[B] {
///   ...
/// }
/// ----
/// the exact text that comes out
/// ```
///
/// Commands ([Commands]) run one after another, each on what the one before made; the text of the
/// last is checked. A file has `CHECK` lines ([Checks]), the exact text, or both.
/// `-Dfiletests.bless=true` writes the text that comes out into the files that have none or another
/// one, but for files with `CHECK` lines alone.
///
/// @param commands the lines behind `// command:`
/// @param checks the lines that start with `CHECK`
/// @param graph the text above the line `----`, which the parser reads, comments and all
/// @param expected the text below that line
record Filetest(
    String name,
    List<String> commands,
    List<String> checks,
    String graph,
    Optional<String> expected) {
  private static final String SEPARATOR = "----";

  static Filetest parse(String name, String text) {
    List<String> commands = new ArrayList<>();
    List<String> checks = new ArrayList<>();
    String[] parts = text.split("(?m)^" + SEPARATOR + "$\n?", 2);
    for (String line : parts[0].lines().toList()) {
      String comment = line.strip();
      if (comment.startsWith("// command:")) {
        commands.add(comment.substring("// command:".length()).strip());
      } else if (comment.startsWith("// CHECK")) {
        checks.add(comment.substring("// ".length()));
      }
    }
    if (commands.isEmpty()) {
      throw new IllegalArgumentException(name + ": no line \"// command: ...\"");
    }
    return new Filetest(
        name,
        commands,
        checks,
        parts[0],
        parts.length == 2 ? Optional.of(parts[1]) : Optional.empty());
  }

  /// The text of this file with another exact text.
  String blessed(String output) {
    return graph + SEPARATOR + "\n" + output;
  }
}
