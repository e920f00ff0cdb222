package arignote.autodiff.testing;

import java.util.List;

/// Lines in which `...` stands for any number of lines.
final class TextPattern {
  private static final String ANY = "...";

  private TextPattern() {}

  /// Each `...` takes as few lines as possible, and gives way if what follows does not fit.
  static boolean matches(List<String> pattern, List<String> text) {
    int at = 0;
    int line = 0;
    int any = -1;
    int resume = 0;
    while (line < text.size()) {
      if (at < pattern.size() && pattern.get(at).equals(ANY)) {
        any = at++;
        resume = line;
      } else if (at < pattern.size() && pattern.get(at).equals(text.get(line))) {
        at++;
        line++;
      } else if (any >= 0) {
        at = any + 1;
        line = ++resume;
      } else {
        return false;
      }
    }
    while (at < pattern.size() && pattern.get(at).equals(ANY)) {
      at++;
    }
    return at == pattern.size();
  }

  /// For people: the first line that the pattern does not have at its place.
  static String firstDifference(List<String> pattern, List<String> text) {
    int same = 0;
    while (same < Math.min(pattern.size(), text.size())
        && pattern.get(same).equals(text.get(same))) {
      same++;
    }
    return "first different line: expected \"%s\", found \"%s\""
        .formatted(
            same < pattern.size() ? pattern.get(same) : "",
            same < text.size() ? text.get(same) : "");
  }
}
