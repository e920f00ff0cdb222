package arignote.rewrite.rules;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Something that must hold, or must not, for a rule to fire.
sealed interface Condition {
  record Holds(Guard guard, List<Attribute> arguments) implements Condition {
    @Override
    public String toString() {
      return guard.word()
          + arguments.stream().map(Attribute::toString).collect(Collectors.joining(", ", "(", ")"));
    }
  }

  /// A bound variable has a form; names in it are bound by that.
  ///
  /// @param forms the pattern, in every order of commutative operands
  record Is(String name, Pattern pattern, List<Pattern> forms) implements Condition {
    @Override
    public String toString() {
      return name + " is " + pattern;
    }
  }

  /// Adds the names in this condition to `names`.
  default void collectNames(Set<String> names) {
    switch (this) {
      case Holds(_, List<Attribute> arguments) ->
          arguments.forEach(argument -> argument.collectNames(names));
      case Is(String name, Pattern pattern, _) -> {
        names.add(name);
        pattern.collectNames(names);
      }
    }
  }
}
