package arignote.rewrite.rules;

import arignote.ir.op.Op;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Rules by the op that they rewrite, in their order.
final class RuleIndex {
  private final List<Rule> rules;
  private final Map<Object, List<Rule>> byKey = new ConcurrentHashMap<>();

  RuleIndex(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  List<Rule> at(Op op) {
    return byKey.computeIfAbsent(
        OpPattern.keyOf(op),
        _ -> rules.stream().filter(rule -> rule.left().op().matches(op)).toList());
  }
}
