package arignote.rewrite.rules;

import arignote.ir.Graph;
import arignote.rewrite.InnerGraphs;
import arignote.rewrite.Pass;
import arignote.rewrite.RewriteLog;
import java.util.List;
import java.util.Set;

/// Applies the rules of a phase until none fires any more, in scan bodies too.
///
/// ```
/// %0 = fill() {value=1.0} : f32[B]
/// %1 = exp(%x) : f32[B]               =>     %0 = softplus(%x) : f32[B]
/// %2 = add(%0, %1) : f32[B]
/// %3 = log(%2) : f32[B]
/// ```
public final class ApplyRules implements Pass {
  /// Sweeps after the first find only what became possible because a node lost a user.
  private static final int MOST_SWEEPS = 10;

  private final String phase;
  private final List<Rule> rules;
  private final RuleIndex index;
  private final RewriteLog log;

  ApplyRules(String phase, List<Rule> rules, RewriteLog log) {
    this.phase = phase;
    this.rules = rules;
    this.index = new RuleIndex(rules);
    this.log = log;
  }

  /// The pass of one phase of the rules that come with the compiler.
  ///
  /// @throws RuleException if there is no such phase
  public static ApplyRules of(String phase) {
    return of(RuleBook.standard(), phase);
  }

  static ApplyRules of(RuleBook book, String phase) {
    return new ApplyRules(phase, book.rules(phase), new RewriteLog());
  }

  /// This pass without some rules, named by themselves or by the phase that has them.
  public ApplyRules without(Set<String> names) {
    List<Rule> kept =
        rules.stream()
            .filter(rule -> !names.contains(rule.name()) && !names.contains(rule.phase()))
            .toList();
    return kept.size() == rules.size() ? this : new ApplyRules(phase, kept, log);
  }

  /// This pass with nothing but some rules.
  public ApplyRules only(Set<String> names) {
    return new ApplyRules(
        phase, rules.stream().filter(rule -> names.contains(rule.name())).toList(), log);
  }

  /// This pass, counting firings in a log.
  public ApplyRules loggingTo(RewriteLog newLog) {
    return new ApplyRules(phase, rules, newLog);
  }

  /// The rules, in the order in which they are tried.
  public List<Rule> rules() {
    return rules;
  }

  @Override
  public String name() {
    return phase;
  }

  /// @throws RuleException if a rule is at fault
  @Override
  public Graph apply(Graph graph) {
    return rewrite(InnerGraphs.rewrite(graph, body -> rewrite(body, false)), true);
  }

  private Graph rewrite(Graph graph, boolean outermost) {
    Graph rewritten = graph;
    for (int sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      Graph before = rewritten;
      rewritten = Rewriting.sweep(index, log, outermost, before);
      if (rewritten == before) {
        return rewritten;
      }
    }
    return rewritten;
  }
}
