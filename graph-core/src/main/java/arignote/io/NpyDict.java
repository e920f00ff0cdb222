package arignote.io;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The Python dict in the header of a `.npy` file: exactly the three keys that NumPy writes.
record NpyDict(String descr, boolean columnMajor, long[] shape) {
  private static final Set<String> KEYS = Set.of("descr", "fortran_order", "shape");

  static NpyDict parse(String file, String text) {
    return new Parser(file, text).dict();
  }

  /// The text with unprintable characters replaced, cut to a length for messages.
  static String printable(String text) {
    String cut = text.length() <= 120 ? text : text.substring(0, 120) + "...";
    return cut.replaceAll("[^ -~]", "?");
  }

  /// Reads the few forms of Python literals that can stand there.
  private static final class Parser {
    private final String file;
    private final String text;
    private int position;

    Parser(String file, String text) {
      this.file = file;
      this.text = text;
    }

    NpyDict dict() {
      Map<String, Object> values = new HashMap<>();
      expect('{');
      while (!at('}')) {
        String key = string();
        expect(':');
        if (!KEYS.contains(key)) {
          throw error("unknown key '" + printable(key) + "'");
        }
        if (values.put(key, value(key)) != null) {
          throw error("key '" + key + "' stands twice");
        }
        if (!at('}')) {
          expect(',');
        }
      }
      expect('}');
      if (position < text.length()) {
        throw error("expected nothing more");
      }
      if (values.get("descr") instanceof String descr
          && values.get("fortran_order") instanceof Boolean columnMajor
          && values.get("shape") instanceof long[] shape) {
        return new NpyDict(descr, columnMajor, shape);
      }
      throw error("expected the keys descr, fortran_order and shape");
    }

    private Object value(String key) {
      return switch (key) {
        case "descr" -> descr();
        case "fortran_order" -> bool();
        default -> shape();
      };
    }

    private String descr() {
      if (at('[') || at('(') || at('{')) {
        throw new NpyException(
            file, "a structured array cannot be read; save its fields one by one");
      }
      return string();
    }

    private boolean bool() {
      for (String word : List.of("True", "False")) {
        if (text.startsWith(word, position)) {
          position += word.length();
          skipSpaces();
          return word.equals("True");
        }
      }
      throw error("expected True or False");
    }

    private long[] shape() {
      List<Long> lengths = new ArrayList<>();
      expect('(');
      boolean separated = true;
      while (!at(')')) {
        if (!separated) {
          throw error("expected ',' or ')'");
        }
        lengths.add(length());
        separated = accept(',');
      }
      if (lengths.size() == 1 && !separated) {
        throw error("expected ',', as in a tuple of one");
      }
      expect(')');
      return lengths.stream().mapToLong(Long::longValue).toArray();
    }

    private long length() {
      int start = position;
      while (position < text.length()
          && text.charAt(position) >= '0'
          && text.charAt(position) <= '9') {
        position++;
      }
      String digits = text.substring(start, position);
      // Python 2 wrote long integers so.
      accept('L');
      skipSpaces();
      try {
        return Long.parseLong(digits);
      } catch (NumberFormatException e) {
        throw error("expected the length of an axis");
      }
    }

    private String string() {
      char quote = at('"') ? '"' : '\'';
      expectHere(quote);
      int end = text.indexOf(quote, position);
      if (end < 0 || text.substring(position, end).contains("\\")) {
        throw error("expected a text in quotes without backslashes");
      }
      String value = text.substring(position, end);
      position = end + 1;
      skipSpaces();
      return value;
    }

    private boolean at(char c) {
      return position < text.length() && text.charAt(position) == c;
    }

    private boolean accept(char c) {
      if (!at(c)) {
        return false;
      }
      position++;
      skipSpaces();
      return true;
    }

    private void expect(char c) {
      expectHere(c);
      skipSpaces();
    }

    private void expectHere(char c) {
      if (!at(c)) {
        throw error("expected " + c);
      }
      position++;
    }

    private void skipSpaces() {
      while (position < text.length()
          && (text.charAt(position) == ' ' || text.charAt(position) == '\n')) {
        position++;
      }
    }

    private NpyException error(String problem) {
      return new NpyException(
          file,
          "the header is damaged at character %d: %s in %s"
              .formatted(position + 1, problem, printable(text.strip())));
    }
  }
}
