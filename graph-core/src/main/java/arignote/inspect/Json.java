package arignote.inspect;

import java.util.List;
import java.util.Map;

/// Values as JSON that can stand in a script element of a page.
final class Json {
  private Json() {}

  /// @param value a number, a boolean, a list or a map of such; anything else, also a number that
  ///   is not finite, is its text
  static void write(Object value, StringBuilder text) {
    switch (value) {
      case Double number when !Double.isFinite(number) -> quote(number.toString(), text);
      case Number _, Boolean _ -> text.append(value);
      case List<?> list -> {
        text.append('[');
        for (int i = 0; i < list.size(); i++) {
          text.append(i == 0 ? "" : ",");
          write(list.get(i), text);
        }
        text.append(']');
      }
      case Map<?, ?> map -> {
        text.append('{');
        String separator = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          text.append(separator);
          write(String.valueOf(entry.getKey()), text);
          text.append(':');
          write(entry.getValue(), text);
          separator = ",";
        }
        text.append('}');
      }
      default -> quote(value.toString(), text);
    }
  }

  private static void quote(String value, StringBuilder text) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean isPlain = c >= ' ' && c < 127 && c != '"' && c != '\\' && c != '<';
      if (isPlain) {
        text.append(c);
      } else {
        text.append("\\u%04x".formatted((int) c));
      }
    }
    text.append('"');
  }
}
