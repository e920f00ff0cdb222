package arignote.rewrite.rules;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.rewrite.RewriteLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where a pattern of the rule files occurs in a graph: `log(1 + exp(x)) where varying(x)`.
public final class Occurrences {
  private Occurrences() {}

  /// The nodes that match, in bodies of loops too, in the order in which they run.
  ///
  /// @param pattern the left side of a rule, and its conditions
  /// @throws RuleException if the text is no pattern
  public static List<Apply> of(String pattern, Graph graph) {
    List<Apply> found = new ArrayList<>();
    // A rule that takes notes and never fires, so that the nodes stay what they are.
    CodedRule note =
        (match, _) -> {
          found.add(match.root());
          return Optional.empty();
        };
    int conditions = conditionsOf(pattern);
    String rule =
        "phase pattern { rule occurrence: %s => Note %s; }"
            .formatted(pattern.substring(0, conditions), pattern.substring(conditions));
    List<Rule> rules = RuleReader.read("pattern", rule, Map.of("Note", note)).getFirst().rules();
    new ApplyRules("pattern", rules, new RewriteLog()).apply(graph);
    return List.copyOf(found);
  }

  private static int conditionsOf(String pattern) {
    int where = pattern.indexOf(" where ");
    int unless = pattern.indexOf(" unless ");
    int first = where < 0 ? unless : unless < 0 ? where : Math.min(where, unless);
    return first < 0 ? pattern.length() : first;
  }
}
