package arignote.ir.text;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// The names of one kind of variable in one body: how they are spelled, and which are taken.
final class Names {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z0-9_]+)*");

  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> lastSuffix = new HashMap<>();

  /// A name that has not been given out yet: `name`, or `name_1`, `name_2`, ... A name that is
  /// taken as it is stays as it is when the text is read and printed again.
  String unique(String name) {
    String candidate = name;
    while (!taken.add(candidate)) {
      candidate = name + "_" + lastSuffix.merge(name, 1, Integer::sum);
    }
    return candidate;
  }

  /// The name as it stands behind `%` or `@`: in double quotes if it is not plain.
  static String spell(String name) {
    return PLAIN.matcher(name).matches() ? name : quote(name);
  }

  /// The name of which [#spell(String)] gave this spelling.
  static String unspell(String spelling) {
    return spelling.startsWith("\"") ? unquote(spelling) : spelling;
  }

  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (Character.isISOControl(c) || Character.isSurrogate(c) || isLineSeparator(c)) {
            quoted.append("\\u%04X".formatted((int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  private static boolean isLineSeparator(char c) {
    return c == '\u2028' || c == '\u2029';
  }

  static String unquote(String quoted) {
    StringBuilder text = new StringBuilder();
    int end = quoted.length() - 1;
    int i = 1;
    while (i < end) {
      char c = quoted.charAt(i++);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      char escaped = quoted.charAt(i++);
      switch (escaped) {
        case 'n' -> text.append('\n');
        case 'r' -> text.append('\r');
        case 't' -> text.append('\t');
        case 'u' -> {
          text.append((char) Integer.parseInt(quoted.substring(i, i + 4), 16));
          i += 4;
        }
        default -> text.append(escaped);
      }
    }
    return text.toString();
  }
}
