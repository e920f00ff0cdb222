package arignote.rewrite.rules;

import arignote.ir.Apply;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/// A try to match a pattern: what its names stand for so far.
final class Match {
  private final Rule rule;
  private final Apply root;
  private final Facts facts;
  private final List<String> names = new ArrayList<>(4);
  private final List<Object> values = new ArrayList<>(4);

  private Match(Rule rule, Apply root, Facts facts) {
    this.rule = rule;
    this.root = root;
    this.facts = facts;
  }

  /// A rule's match at a node; nothing if it does not fire there.
  static Optional<Match> of(Rule rule, Apply root, Facts facts) {
    for (Pattern.Node form : rule.forms()) {
      if (form.resembles(root)) {
        Match match = new Match(rule, root, facts);
        if (match.matches(form, root)
            && match.holdsAll(rule.where())
            && match.holdsNone(rule.unless())) {
          return Optional.of(match);
        }
      }
    }
    return Optional.empty();
  }

  private boolean holdsAll(List<Condition> conditions) {
    for (Condition condition : conditions) {
      if (!holds(condition)) {
        return false;
      }
    }
    return true;
  }

  private boolean holdsNone(List<Condition> conditions) {
    for (Condition condition : conditions) {
      if (holds(condition)) {
        return false;
      }
    }
    return true;
  }

  Rule rule() {
    return rule;
  }

  Apply root() {
    return root;
  }

  Facts facts() {
    return facts;
  }

  /// What a name is bound to: a [Variable] or the value of an attribute.
  Object value(String name) {
    int index = names.indexOf(name);
    if (index >= 0) {
      return values.get(index);
    }
    if (name.equals(Rule.RESULT)) {
      return root.result();
    }
    throw new IllegalStateException("nothing is bound to " + name);
  }

  Variable variable(String name) {
    return (Variable) value(name);
  }

  /// The value of an attribute in this match.
  Object evaluate(Attribute attribute) {
    return switch (attribute) {
      case Attribute.Reference(String name) -> value(name);
      case Attribute.Whole(long value) -> value;
      case Attribute.Listed(List<Attribute> elements) ->
          elements.stream().map(this::evaluate).toList();
      case Attribute.Call(AttributeFunction function, List<Attribute> arguments) ->
          function.apply(arguments.stream().map(this::evaluate).toList());
      case Attribute.Operation(Attribute.Operator operator, Attribute left, Attribute right) ->
          operator.apply(evaluate(left), evaluate(right));
    };
  }

  private boolean holds(Condition condition) {
    return switch (condition) {
      case Condition.Holds(Guard guard, List<Attribute> arguments) ->
          guard.holds(arguments.stream().map(this::evaluate).toList(), facts);
      case Condition.Is(String name, _, List<Pattern> forms) ->
          forms.stream().anyMatch(form -> tries(form, variable(name)));
    };
  }

  /// Matches, and forgets what was bound if that fails.
  private boolean tries(Pattern pattern, Variable variable) {
    int bound = names.size();
    if (matches(pattern, variable)) {
      return true;
    }
    names.subList(bound, names.size()).clear();
    values.subList(bound, values.size()).clear();
    return false;
  }

  private boolean matches(Pattern pattern, Variable variable) {
    return switch (pattern) {
      case Pattern.Name name -> name.isWildcard() || binds(name.name(), variable);
      case Pattern.Numeral(double number) -> isNumber(variable, number);
      case Pattern.Truth(boolean truth) ->
          !variable.type().dtype().isNumeric()
              && Splat.valueOf(variable).equals(OptionalDouble.of(truth ? 1 : 0));
      case Pattern.Node node ->
          variable instanceof Result result
              && result.apply().results().size() == 1
              && matches(node, result.apply());
      case Pattern.Keep keep -> matchesKeep(keep, variable);
    };
  }

  private static boolean isNumber(Variable variable, double number) {
    if (!variable.type().dtype().isNumeric()) {
      return false;
    }
    OptionalDouble value = Splat.valueOf(variable);
    return value.isPresent()
        && value.getAsDouble() == HostTensor.scalar(variable.type().dtype(), number).item()
        && (variable.type().dtype().isFloat() || value.getAsDouble() == number);
  }

  private boolean matches(Pattern.Node node, Apply apply) {
    if (!node.resembles(apply)) {
      return false;
    }
    for (Map.Entry<String, Attribute> attribute : node.attributes().entrySet()) {
      Object value = node.op().form().orElseThrow().get(apply.op(), attribute.getKey());
      if (!matches(attribute.getValue(), value)) {
        return false;
      }
    }
    for (int i = 0; i < node.operands().size(); i++) {
      if (!matches(node.operands().get(i), apply.operand(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean matches(Attribute attribute, Object value) {
    return attribute instanceof Attribute.Reference reference
        ? reference.isWildcard() || binds(reference.name(), value)
        : Attribute.same(evaluate(attribute), value);
  }

  private boolean binds(String name, Object value) {
    int index = names.indexOf(name);
    if (index < 0) {
      names.add(name);
      values.add(Objects.requireNonNull(value));
      return true;
    }
    Object bound = values.get(index);
    return (bound instanceof Variable left && value instanceof Variable right)
        ? areSame(left, right)
        : Attribute.same(bound, value);
  }

  /// Whether two variables are one, or tensors of one known value.
  private static boolean areSame(Variable left, Variable right) {
    if (left == right) {
      return true;
    }
    if (!left.type().equals(right.type())) {
      return false;
    }
    OptionalDouble value = Splat.valueOf(left);
    return value.isPresent() && value.equals(Splat.valueOf(right));
  }

  private boolean matchesKeep(Pattern.Keep keep, Variable variable) {
    for (Kept kept : Kept.of(variable)) {
      int bound = names.size();
      if (tries(keep.operand(), kept.reduced())) {
        if (evaluate(keep.axes()) instanceof List<?> axes && kept.isAlong(axes)) {
          return true;
        }
        names.subList(bound, names.size()).clear();
        values.subList(bound, values.size()).clear();
      }
    }
    return false;
  }

  TensorType rootType() {
    return root.result().type();
  }
}
