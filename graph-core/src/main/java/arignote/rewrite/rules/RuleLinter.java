package arignote.rewrite.rules;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Refuses rules that cannot be meant: names from nowhere, rules that never fire because another
/// does before, rules that fire on their own results.
final class RuleLinter {
  private RuleLinter() {}

  /// Checks a book.
  ///
  /// @throws RuleException naming the first bad rule and what is wrong with it
  static void check(RuleBook book) {
    checkNames(book);
    for (String phase : book.phases()) {
      List<Rule> rules = book.rules(phase);
      for (int i = 0; i < rules.size(); i++) {
        check(rules.get(i), rules, i);
      }
    }
  }

  private static void checkNames(RuleBook book) {
    Set<String> names = new HashSet<>(book.phases());
    for (Rule rule : book.rules()) {
      if (!names.add(rule.name())) {
        throw refused(rule, "there is another rule or phase of this name");
      }
      if (rule.documentation().isEmpty() && rule.coded().isPresent()) {
        throw refused(rule, "a coded rule needs a comment /// that says what it makes");
      }
    }
  }

  private static void check(Rule rule, List<Rule> rules, int position) {
    checkBinding(rule);
    checkConditions(rule);
    if (rule.right() instanceof Rule.Right.Text(Pattern right)) {
      checkRight(rule, right);
    }
    for (int i = 0; i < rules.size(); i++) {
      Rule other = rules.get(i);
      if (i < position && fires(other, rule.left())) {
        throw refused(rule, "it never fires: wherever it could, %s does before".formatted(other));
      }
      for (Pattern part : rule.left().parts()) {
        checkPart(rule, other, part);
      }
    }
  }

  /// Operands are rewritten before, so none of them can have a form that another rule always
  /// rewrites.
  private static void checkPart(Rule rule, Rule other, Pattern part) {
    if (part instanceof Pattern.Node node && fires(other, node)) {
      throw refused(
          rule, "it never fires: its operand %s is always rewritten by %s".formatted(node, other));
    }
    part.parts().forEach(inner -> checkPart(rule, other, inner));
  }

  /// Whether a rule rewrites everything that a pattern matches.
  private static boolean fires(Rule rule, Pattern.Node pattern) {
    return rule.coded().isEmpty()
        && rule.where().isEmpty()
        && rule.unless().isEmpty()
        && rule.forms().stream().anyMatch(form -> new Subsumption().covers(form, pattern));
  }

  private static void checkBinding(Rule rule) {
    Set<String> bound = new LinkedHashSet<>();
    rule.left().collectNames(bound);
    for (Condition condition : rule.where()) {
      if (condition instanceof Condition.Is(String name, Pattern pattern, _)) {
        require(rule, bound, Set.of(name));
        pattern.collectNames(bound);
      }
    }
    if (bound.contains(Rule.RESULT)) {
      throw refused(rule, "result is the name of what the rule replaces");
    }
    if (rule.right() instanceof Rule.Right.Text(Pattern right)) {
      Set<String> used = new LinkedHashSet<>();
      right.collectNames(used);
      require(rule, bound, used);
      if (usesWildcard(right)) {
        throw refused(rule, "the right side uses _, which stands for nothing");
      }
    }
    bound.add(Rule.RESULT);
    for (Condition condition : rule.where()) {
      Set<String> used = new LinkedHashSet<>();
      condition.collectNames(used);
      require(rule, bound, used);
    }
    for (Condition condition : rule.assuming()) {
      Set<String> used = new LinkedHashSet<>();
      condition.collectNames(used);
      require(rule, bound, used);
      if (!(condition instanceof Condition.Holds(Guard guard, _))
          || (guard != Guard.FINITE && guard != Guard.NONEMPTY)) {
        throw refused(rule, "only finite(...) and nonempty(...) can be assumed, not " + condition);
      }
    }
    for (Condition condition : rule.unless()) {
      switch (condition) {
        case Condition.Is(String name, _, _) -> require(rule, bound, Set.of(name));
        case Condition.Holds(_, List<Attribute> arguments) -> {
          Set<String> used = new LinkedHashSet<>();
          arguments.forEach(argument -> argument.collectNames(used));
          require(rule, bound, used);
        }
      }
    }
  }

  private static boolean usesWildcard(Pattern pattern) {
    return (pattern instanceof Pattern.Name name && name.isWildcard())
        || pattern.parts().stream().anyMatch(RuleLinter::usesWildcard);
  }

  private static void require(Rule rule, Set<String> bound, Set<String> used) {
    for (String name : used) {
      if (!bound.contains(name)) {
        throw refused(rule, "nothing on the left side is named " + name);
      }
    }
  }

  private static void checkConditions(Rule rule) {
    for (Condition condition : rule.where()) {
      if (rule.unless().contains(condition)) {
        throw refused(rule, "it never fires: %s must hold and must not".formatted(condition));
      }
      if (condition instanceof Condition.Holds(Guard guard, List<Attribute> arguments)) {
        for (Guard other : contradicting(guard)) {
          if (rule.where().contains(new Condition.Holds(other, arguments))) {
            throw refused(
                rule,
                "it never fires: %s and %s exclude each other"
                    .formatted(condition, new Condition.Holds(other, arguments)));
          }
        }
      }
    }
  }

  private static List<Guard> contradicting(Guard guard) {
    return switch (guard) {
      case VARYING ->
          List.of(
              Guard.CONSTANT,
              Guard.ZERO,
              Guard.POSITIVE,
              Guard.EVEN,
              Guard.WHOLE,
              Guard.POWER_OF_TWO);
      case DISCRETE -> List.of(Guard.FLOAT, Guard.POWER_OF_TWO);
      case FLOAT -> List.of(Guard.BOOL);
      case ZERO -> List.of(Guard.POSITIVE, Guard.NONZERO, Guard.POWER_OF_TWO);
      case SCALAR -> List.of(Guard.VECTOR, Guard.MATRIX);
      case VECTOR -> List.of(Guard.MATRIX);
      default -> List.of();
    };
  }

  private static void checkRight(Rule rule, Pattern right) {
    checkBuildable(rule, right);
    if (rule.where().isEmpty() && rule.unless().isEmpty()) {
      checkLoop(rule, right);
    }
  }

  private static void checkLoop(Rule rule, Pattern part) {
    if (part instanceof Pattern.Node node && fires(rule, node)) {
      throw refused(rule, "it fires on its own result, at " + node);
    }
    part.parts().forEach(inner -> checkLoop(rule, inner));
  }

  private static void checkBuildable(Rule rule, Pattern part) {
    if (part instanceof Pattern.Node(OpPattern op, _, boolean open, Map<String, Attribute> given)) {
      if (op instanceof OpPattern.Group || open) {
        throw refused(rule, "the right side cannot build " + part);
      }
      for (String name : op.attributeNames()) {
        if (!given.containsKey(name)) {
          throw refused(rule, "the right side must say the attribute %s of %s".formatted(name, op));
        }
      }
    }
    part.parts().forEach(inner -> checkBuildable(rule, inner));
  }

  private static RuleException refused(Rule rule, String reason) {
    return new RuleException(rule + ": " + reason);
  }

  /// Whether one pattern matches everything that another one does.
  private static final class Subsumption {
    private final Map<String, Object> bound = new HashMap<>();

    boolean covers(Pattern general, Pattern special) {
      return switch (general) {
        case Pattern.Name name -> name.isWildcard() || binds(name.name(), special);
        case Pattern.Numeral _, Pattern.Truth _ -> general.equals(special);
        case Pattern.Keep(Pattern operand, Attribute axes) ->
            special instanceof Pattern.Keep(Pattern other, Attribute otherAxes)
                && covers(operand, other)
                && covers(axes, Optional.of(otherAxes));
        case Pattern.Node node ->
            special instanceof Pattern.Node other
                && covers(node.op(), other.op())
                && coversParts(node, other);
      };
    }

    private static boolean covers(OpPattern general, OpPattern special) {
      return general.equals(special)
          || (general instanceof OpPattern.Kind(RecordForm form)
              && special.form().filter(form::equals).isPresent());
    }

    private boolean coversParts(Pattern.Node general, Pattern.Node special) {
      if (!general.open()) {
        if (special.open() || special.operands().size() != general.operands().size()) {
          return false;
        }
        for (int i = 0; i < general.operands().size(); i++) {
          if (!covers(general.operands().get(i), special.operands().get(i))) {
            return false;
          }
        }
      }
      return general.attributes().entrySet().stream()
          .allMatch(entry ->
              covers(
                  entry.getValue(), Optional.ofNullable(special.attributes().get(entry.getKey()))));
    }

    /// @param special nothing if the pattern leaves the attribute open
    private boolean covers(Attribute general, Optional<Attribute> special) {
      if (general instanceof Attribute.Reference reference) {
        return reference.isWildcard()
            || binds(reference.name(), special.<Object>map(each -> each).orElseGet(Object::new));
      }
      return special.filter(general::equals).isPresent();
    }

    private boolean binds(String name, Object value) {
      Object before = bound.putIfAbsent(name, value);
      return before == null || before.equals(value);
    }
  }
}
