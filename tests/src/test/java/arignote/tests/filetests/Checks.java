package arignote.tests.filetests;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The `CHECK` lines of a file, in the manner of LLVM's FileCheck.
///
/// - `CHECK: text` is in a line behind the one before it matched.
/// - `CHECK-NEXT: text` is in the line right behind that.
/// - `CHECK-NOT: text` is in no line between the ones that its neighbours match, or up to the start
///   or the end.
/// - `CHECK-COUNT-n: text` is in exactly `n` of those lines.
///
/// White space in a line counts as one space; `{{...}}` in a text is a regular expression.
final class Checks {
  private static final Pattern DIRECTIVE =
      Pattern.compile("CHECK(-NEXT|-NOT|-COUNT-(\\d+))?: (.*)");

  private final String name;
  private final List<String> lines;

  private Checks(String name, String output) {
    this.name = name;
    this.lines = output.lines().map(line -> line.strip().replaceAll("\\s+", " ")).toList();
  }

  /// Checks an output.
  ///
  /// @throws AssertionError saying which line fails
  static void check(String name, List<String> checks, String output) {
    new Checks(name, output).check(checks);
  }

  private void check(List<String> checks) {
    int next = 0;
    List<Matcher> between = new ArrayList<>();
    for (String check : checks) {
      Matcher directive = DIRECTIVE.matcher(check);
      if (!directive.matches()) {
        throw new IllegalArgumentException(name + ": not a check: " + check);
      }
      String kind = directive.group(1) == null ? "" : directive.group(1);
      switch (kind) {
        case "" -> {
          int found = find(directive, next);
          checkBetween(between, next, found);
          next = found + 1;
        }
        case "-NEXT" -> {
          if (!between.isEmpty()) {
            throw new IllegalArgumentException(name + ": nothing lies before a CHECK-NEXT");
          }
          if (next >= lines.size() || !matches(directive, lines.get(next))) {
            throw failure(
                check, "the next line is " + (next < lines.size() ? lines.get(next) : "missing"));
          }
          next++;
        }
        default -> between.add(directive);
      }
    }
    checkBetween(between, next, lines.size());
  }

  private int find(Matcher directive, int from) {
    for (int line = from; line < lines.size(); line++) {
      if (matches(directive, lines.get(line))) {
        return line;
      }
    }
    throw failure(directive.group(), "no line behind line " + from + " has it");
  }

  private void checkBetween(List<Matcher> directives, int from, int to) {
    for (Matcher directive : directives) {
      long found =
          lines.subList(from, to).stream().filter(line -> matches(directive, line)).count();
      long wanted = directive.group(2) == null ? 0 : Long.parseLong(directive.group(2));
      if (found != wanted) {
        throw failure(
            directive.group(),
            "%d lines between line %d and line %d have it".formatted(found, from, to + 1));
      }
    }
    directives.clear();
  }

  private static boolean matches(Matcher directive, String line) {
    return toPattern(directive.group(3).strip().replaceAll("\\s+", " ")).matcher(line).find();
  }

  private static Pattern toPattern(String text) {
    StringBuilder pattern = new StringBuilder();
    int from = 0;
    int open;
    while ((open = text.indexOf("{{", from)) >= 0) {
      int close = text.indexOf("}}", open);
      pattern.append(Pattern.quote(text.substring(from, open)));
      pattern.append("(?:").append(text, open + 2, close).append(')');
      from = close + 2;
    }
    return Pattern.compile(pattern.append(Pattern.quote(text.substring(from))).toString());
  }

  private AssertionError failure(String check, String found) {
    return new AssertionError(
        "%s: %s: %s in%n%s".formatted(name, check, found, String.join("\n", lines)));
  }
}
