package arignote.examples.imdb;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A context-free grammar that writes texts at random. Its form, one rule or a further alternative
/// of it to a line:
///
///     # a comment
///     $praise = the $part was $good | $praise and $praise
///     $praise = 3: the $part was not $bad
///
/// Words that begin with `$` are rules, all others stand for themselves. Alternatives are equally
/// likely unless a line gives them a weight.
final class Grammar {
  private record Alternative(int weight, List<String> symbols) {}

  private final Map<String, List<Alternative>> rules = new LinkedHashMap<>();

  /// Parses a grammar.
  ///
  /// @throws IllegalArgumentException if a line is not a rule, or a rule is used but not there
  Grammar(String text) {
    text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .forEach(this::addRule);
    rules.values().stream()
        .flatMap(List::stream)
        .flatMap(alternative -> alternative.symbols().stream())
        .forEach(this::checkSymbol);
  }

  private void addRule(String line) {
    String[] sides = line.split(" = ", 2);
    if (sides.length != 2 || !sides[0].matches("\\$[a-z-]+")) {
      throw new IllegalArgumentException("not a rule such as \"$name = words\": " + line);
    }
    String right = sides[1];
    int weight = 1;
    if (right.matches("\\d+: .*")) {
      int colon = right.indexOf(':');
      weight = Integer.parseInt(right.substring(0, colon));
      right = right.substring(colon + 1);
    }
    List<Alternative> alternatives = rules.computeIfAbsent(sides[0], _ -> new ArrayList<>());
    for (String alternative : right.split("\\|")) {
      alternatives.add(new Alternative(weight, List.of(alternative.strip().split("\\s+"))));
    }
  }

  private void checkSymbol(String symbol) {
    if (symbol.startsWith("$") && !rules.containsKey(symbol)) {
      throw new IllegalArgumentException("no rule for " + symbol + " among " + rules.keySet());
    }
  }

  /// The words of a text that `start` can be.
  List<String> write(String start, Random random) {
    checkSymbol(start);
    List<String> words = new ArrayList<>();
    Deque<String> pending = new ArrayDeque<>(List.of(start));
    while (!pending.isEmpty()) {
      String symbol = pending.pop();
      List<Alternative> alternatives = rules.get(symbol);
      if (alternatives == null) {
        words.add(symbol);
      } else {
        choose(alternatives, random).symbols().reversed().forEach(pending::push);
      }
    }
    return words;
  }

  private static Alternative choose(List<Alternative> alternatives, Random random) {
    int point = random.nextInt(alternatives.stream().mapToInt(Alternative::weight).sum());
    for (Alternative alternative : alternatives) {
      point -= alternative.weight();
      if (point < 0) {
        return alternative;
      }
    }
    throw new AssertionError("the point lies below the sum of all weights");
  }
}
