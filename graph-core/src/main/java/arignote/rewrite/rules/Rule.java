package arignote.rewrite.rules;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One rewrite rule: what matches the left side becomes the right side.
public final class Rule {
  /// The name of what a rule replaces, in its conditions.
  static final String RESULT = "result";

  /// What a rule makes of a match.
  sealed interface Right {
    record Text(Pattern pattern) implements Right {}

    record Code(CodedRule rule) implements Right {}
  }

  private final String name;
  private final String phase;
  private final String documentation;
  private final String source;
  private final Pattern.Node left;
  private final List<Pattern.Node> forms;
  private final Right right;
  private final List<Condition> where;
  private final List<Condition> unless;
  private final List<Condition> assuming;
  private final Set<String> uniform;

  Rule(
      String name,
      String phase,
      String documentation,
      String source,
      Pattern.Node left,
      Right right,
      List<Condition> where,
      List<Condition> unless,
      List<Condition> assuming) {
    this.name = name;
    this.phase = phase;
    this.documentation = documentation;
    this.source = source;
    this.left = left;
    this.forms = Orders.of(left).stream().map(Pattern.Node.class::cast).toList();
    this.right = right;
    this.where = List.copyOf(where);
    this.unless = List.copyOf(unless);
    this.assuming = List.copyOf(assuming);
    this.uniform = uniformNames(where);
  }

  /// The name, for the flag `without`, logs and messages.
  public String name() {
    return name;
  }

  /// The phase whose file has the rule.
  public String phase() {
    return phase;
  }

  /// What the file says about the rule.
  public String documentation() {
    return documentation;
  }

  /// Where the rule is written: `canonicalize.rules:12`.
  public String source() {
    return source;
  }

  Pattern.Node left() {
    return left;
  }

  /// The left side, with commutative operands in every order.
  List<Pattern.Node> forms() {
    return forms;
  }

  Right right() {
    return right;
  }

  List<Condition> where() {
    return where;
  }

  List<Condition> unless() {
    return unless;
  }

  /// What is taken for granted about values, so that the two sides may differ where it fails.
  List<Condition> assuming() {
    return assuming;
  }

  /// Whether a name stands for tensors of one value, which take the shape that their place needs.
  boolean isUniform(String variable) {
    return uniform.contains(variable);
  }

  private static Set<String> uniformNames(List<Condition> where) {
    Set<String> names = new HashSet<>();
    for (Condition condition : where) {
      if (condition instanceof Condition.Holds(Guard guard, List<Attribute> arguments)
          && guard.impliesUniform()) {
        arguments.getFirst().collectNames(names);
      }
    }
    return names;
  }

  Optional<CodedRule> coded() {
    return right instanceof Right.Code(CodedRule rule) ? Optional.of(rule) : Optional.empty();
  }

  /// `rule add_zero (canonicalize.rules:12)`.
  @Override
  public String toString() {
    return "rule " + name + " (" + source + ")";
  }
}
