package arignote.rewrite;

import arignote.ir.Graph;
import arignote.ir.Variable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/// What passes and rules did: how often each rule has fired and, if it is asked for, every graph
/// and every firing. One thread at a time may use it.
public final class RewriteLog {
  /// One firing of a rule.
  ///
  /// @param before the value that the rule matched
  /// @param after what took its place, before other rules went on with it
  public record Firing(String rule, Variable before, Variable after) {}

  /// One pass.
  ///
  /// @param firings those of the pass's rules, in order
  public record Stage(String pass, Graph before, Graph after, List<Firing> firings) {
    public Stage {
      firings = List.copyOf(firings);
    }

    /// Whether there was something to do.
    public boolean isChange() {
      return before != after;
    }
  }

  private final SortedMap<String, Long> counts = new TreeMap<>();
  private final SequencedMap<String, Long> nanos = new LinkedHashMap<>();
  private final boolean records;
  private final List<Stage> stages = new ArrayList<>();
  private final List<Firing> firings = new ArrayList<>();

  /// A log that counts.
  public RewriteLog() {
    this(false);
  }

  private RewriteLog(boolean records) {
    this.records = records;
  }

  /// A log that keeps graphs and firings too, and so all nodes that there were.
  public static RewriteLog recording() {
    return new RewriteLog(true);
  }

  /// Counts one firing of a rule or a pass.
  public void fired(String name) {
    counts.merge(name, 1L, Long::sum);
  }

  /// Notes one firing of a rule.
  public void fired(String rule, Variable before, Variable after) {
    fired(rule);
    if (records) {
      firings.add(new Firing(rule, before, after));
    }
  }

  /// Notes that a pass has run; the firings since the one before it are its.
  void ran(String pass, Graph before, Graph after, long took) {
    nanos.merge(pass, took, Long::sum);
    if (records) {
      stages.add(new Stage(pass, before, after, firings));
      firings.clear();
    }
  }

  /// The number of firings of each rule that fired, by name.
  public SortedMap<String, Long> firings() {
    return Collections.unmodifiableSortedMap(counts);
  }

  /// How long each pass took, all its runs together, in the order of the first.
  public SequencedMap<String, Long> nanos() {
    return Collections.unmodifiableSequencedMap(nanos);
  }

  /// The passes that ran, in order, if this log records.
  public List<Stage> stages() {
    return Collections.unmodifiableList(stages);
  }

  /// `add_zero 3, log1p 1`.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    counts.forEach((rule, count) ->
        text.append(text.isEmpty() ? "" : ", ").append(rule).append(' ').append(count));
    return text.toString();
  }
}
