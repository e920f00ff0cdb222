package arignote.examples.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Cuts English text into words the way the tokeniser of the Moses translation system does by
/// default: not aggressive about hyphens, and with what is special in XML and in Moses' own files
/// escaped, so that `<br />` becomes `&lt; br / &gt;`.
///
/// In short: characters that are neither letters, digits nor `. ' , -` and the backtick stand
/// alone; so does a run of dots; commas leave their word unless digits are on both sides; an
/// apostrophe between letters begins a new word, `isn 't`, elsewhere it stands alone; a dot leaves
/// its word unless the word is an abbreviation (see [NonbreakingPrefixes]), has letters and another
/// dot, or the next word begins small.
public final class MosesTokenizer {
  /// A replacement made everywhere in a text, from left to right, without looking again at what was
  /// replaced. That matters: in `6'2''` the second apostrophe is passed over.
  private record Rule(Pattern pattern, String replacement) {
    Rule(String pattern, String replacement) {
      this(Pattern.compile(pattern), replacement);
    }

    String apply(String text) {
      return pattern.matcher(text).replaceAll(replacement);
    }
  }

  private static final String LETTER = "\\p{IsAlphabetic}";
  private static final String DIGIT = "\\p{Nd}";
  private static final String NUMBER = "\\p{N}";
  private static final String SPACE = "\\p{IsWhite_Space}";

  private static final List<Rule> SPACES =
      List.of(new Rule(SPACE + "+", " "), new Rule("[\\x00-\\x1f]", ""), new Rule(" +", " "));

  private static final List<Rule> SEPARATIONS =
      List.of(
          // What is no part of a word stands alone.
          new Rule("([^" + LETTER + DIGIT + SPACE + ".'`,-])", " $1 "),
          // So do several dots in a row.
          new Rule("\\.{2,}", " $0 "),
          // And commas, but for those inside of numbers.
          new Rule("(?<=[^" + NUMBER + "]),|,(?=[^" + NUMBER + "])|(?<=" + NUMBER + "),$", " , "),
          // Apostrophes: quotation marks first, then those between letters, as in it's; last of all
          // the one in 1990's.
          new Rule("([^" + LETTER + "])'([^" + LETTER + "])", "$1 ' $2"),
          new Rule("([^" + LETTER + NUMBER + "])'([" + LETTER + "])", "$1 ' $2"),
          new Rule("([" + LETTER + "])'([^" + LETTER + "])", "$1 ' $2"),
          new Rule("([" + LETTER + "])'([" + LETTER + "])", "$1 '$2"),
          new Rule("([" + NUMBER + "])'s", "$1 's"));

  private static final Pattern SPACE_BETWEEN_WORDS = Pattern.compile(" +");
  private static final Pattern STARTS_SMALL = Pattern.compile("\\p{IsLowercase}");
  private static final Pattern STARTS_WITH_DIGIT = Pattern.compile("[0-9]");
  private static final Pattern HAS_LETTER = Pattern.compile("[" + LETTER + "]");

  /// What stands for a character that is special.
  private static final Map<Character, String> ESCAPES =
      Map.of(
          '&', "&amp;", '|', "&#124;", '<', "&lt;", '>', "&gt;", '\'', "&apos;", '"', "&quot;", '[',
          "&#91;", ']', "&#93;");

  private final NonbreakingPrefixes prefixes = NonbreakingPrefixes.english();

  /// The words of one line of text, escaped, in their own case.
  public List<String> tokenize(String line) {
    String text = line;
    for (Rule rule : SPACES) {
      text = rule.apply(text);
    }
    text = text.strip();
    for (Rule rule : SEPARATIONS) {
      text = rule.apply(text);
    }
    List<String> words = new ArrayList<>();
    for (String word : SPACE_BETWEEN_WORDS.split(text)) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return separateDots(words).stream().map(MosesTokenizer::escaped).toList();
  }

  /// Takes final dots off words.
  private List<String> separateDots(List<String> words) {
    List<String> separated = new ArrayList<>(words.size() + 8);
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      String next = i + 1 < words.size() ? words.get(i + 1) : "";
      if (word.length() < 2 || !word.endsWith(".") || word.startsWith("..")) {
        separated.add(word);
      } else {
        String stem = word.substring(0, word.length() - 1);
        if (keepsDot(stem, next)) {
          separated.add(word);
        } else {
          separated.add(stem);
          separated.add(".");
        }
      }
    }
    splitClosingDotAndQuote(separated);
    return separated;
  }

  private boolean keepsDot(String stem, String next) {
    return (stem.contains(".") && HAS_LETTER.matcher(stem).find())
        || prefixes.always().contains(stem)
        || STARTS_SMALL.matcher(next).lookingAt()
        || (prefixes.beforeNumbers().contains(stem) && STARTS_WITH_DIGIT.matcher(next).lookingAt());
  }

  /// A text may end with a dot and an apostrophe, which no rule so far has seen.
  private static void splitClosingDotAndQuote(List<String> words) {
    if (!words.isEmpty() && words.getLast().endsWith(".'")) {
      String word = words.removeLast();
      if (word.length() > 2) {
        words.add(word.substring(0, word.length() - 2));
      }
      words.add(".");
      words.add("'");
    }
  }

  private static String escaped(String word) {
    StringBuilder escaped = new StringBuilder(word.length() + 8);
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      escaped.append(ESCAPES.getOrDefault(c, String.valueOf(c)));
    }
    return escaped.toString();
  }

  /// A word as it was before it was escaped.
  public static String unescaped(String word) {
    String unescaped = word;
    for (Map.Entry<Character, String> escape : ESCAPES.entrySet()) {
      if (escape.getKey() != '&') {
        unescaped = unescaped.replace(escape.getValue(), escape.getKey().toString());
      }
    }
    // Last: what it makes is no escape.
    return unescaped.replace("&amp;", "&");
  }
}
