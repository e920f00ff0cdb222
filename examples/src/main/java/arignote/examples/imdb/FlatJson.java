package arignote.examples.imdb;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// JSON objects whose members are texts, numbers and truths.
final class FlatJson {
  private static final Pattern MEMBER =
      Pattern.compile(
          "\"((?:[^\"\\\\]|\\\\.)*+)\"\\s*:\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s,{}\"]++))");

  private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|(.))");

  private FlatJson() {}

  /// A line for each member; numbers and truths bare.
  static String write(Map<String, ?> members) {
    return members.entrySet().stream()
        .map(entry -> "  " + quoted(entry.getKey()) + ": " + json(entry.getValue()))
        .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
  }

  /// The members of an object, in their order, all as texts.
  static Map<String, String> read(String json) {
    Map<String, String> members = new LinkedHashMap<>();
    Matcher matcher = MEMBER.matcher(json);
    while (matcher.find()) {
      members.put(
          unescaped(matcher.group(1)),
          matcher.group(3) == null ? unescaped(matcher.group(2)) : matcher.group(3));
    }
    return members;
  }

  private static String json(Object value) {
    return value instanceof String text ? quoted(text) : value.toString();
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }

  private static String unescaped(String text) {
    return ESCAPE
        .matcher(text)
        .replaceAll(escape ->
            Matcher.quoteReplacement(
                escape.group(1) == null
                    ? special(escape.group(2))
                    : String.valueOf((char) Integer.parseInt(escape.group(1), 16))));
  }

  private static String special(String letter) {
    return switch (letter) {
      case "n" -> "\n";
      case "t" -> "\t";
      case "r" -> "\r";
      case "b" -> "\b";
      case "f" -> "\f";
      default -> letter;
    };
  }
}
