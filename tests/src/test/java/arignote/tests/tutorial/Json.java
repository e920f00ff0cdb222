package arignote.tests.tutorial;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A JSON value, as far as recordings use JSON: objects, arrays, numbers, `true`, `false`, and
/// texts without escapes.
public record Json(Object value) {
  /// Reads a whole text.
  ///
  /// @throws IllegalArgumentException if it is not such JSON
  public static Json parse(String text) {
    Parser parser = new Parser(text);
    Json json = parser.value();
    parser.expect(parser.position == text.length(), "the end");
    return json;
  }

  /// The member of an object.
  public Json get(String name) {
    Object member = ((Map<?, ?>) value).get(name);
    if (!(member instanceof Json json)) {
      throw new IllegalArgumentException("no member " + name + " in " + value);
    }
    return json;
  }

  /// The elements of an array.
  public List<Json> elements() {
    return ((List<?>) value).stream().map(Json.class::cast).toList();
  }

  public double number() {
    return (Double) value;
  }

  public String text() {
    return (String) value;
  }

  private static final class Parser {
    private final String text;
    private int position;

    Parser(String text) {
      this.text = text;
    }

    Json value() {
      skipSpace();
      Object value =
          switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            default -> word();
          };
      skipSpace();
      return new Json(value);
    }

    private Map<String, Json> object() {
      Map<String, Json> members = new LinkedHashMap<>();
      position++;
      skipSpace();
      while (peek() != '}') {
        expect(members.isEmpty() || take(','), "a comma");
        skipSpace();
        String name = string();
        skipSpace();
        expect(take(':'), "a colon");
        members.put(name, value());
      }
      position++;
      return members;
    }

    private List<Json> array() {
      List<Json> elements = new ArrayList<>();
      position++;
      skipSpace();
      while (peek() != ']') {
        expect(elements.isEmpty() || take(','), "a comma");
        elements.add(value());
      }
      position++;
      return elements;
    }

    private String string() {
      expect(take('"'), "a text");
      int end = text.indexOf('"', position);
      expect(end >= 0 && text.indexOf('\\', position, end) < 0, "a text without escapes");
      String string = text.substring(position, end);
      position = end + 1;
      return string;
    }

    private Object word() {
      int start = position;
      while (position < text.length() && "+-.0123456789Eaeflrstu".indexOf(peek()) >= 0) {
        position++;
      }
      String word = text.substring(start, position);
      return switch (word) {
        case "true" -> true;
        case "false" -> false;
        default -> Double.valueOf(word);
      };
    }

    private void skipSpace() {
      while (position < text.length() && Character.isWhitespace(peek())) {
        position++;
      }
    }

    private char peek() {
      expect(position < text.length(), "more");
      return text.charAt(position);
    }

    private boolean take(char c) {
      boolean there = peek() == c;
      position += there ? 1 : 0;
      return there;
    }

    void expect(boolean there, String what) {
      if (!there) {
        throw new IllegalArgumentException("expected " + what + " at character " + position);
      }
    }
  }
}
