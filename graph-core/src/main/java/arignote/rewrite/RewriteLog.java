package arignote.rewrite;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// How often each rule has fired.
public final class RewriteLog {
  private final SortedMap<String, Long> firings = new TreeMap<>();

  /// Counts one firing of a rule.
  public void fired(String rule) {
    firings.merge(rule, 1L, Long::sum);
  }

  /// The number of firings of each rule that fired, by name.
  public SortedMap<String, Long> firings() {
    return Collections.unmodifiableSortedMap(firings);
  }

  /// `add_zero 3, log1p 1`.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    firings.forEach((rule, count) ->
        text.append(text.isEmpty() ? "" : ", ").append(rule).append(' ').append(count));
    return text.toString();
  }
}
