package arignote.rewrite.rules;

import arignote.ir.Dim;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// An attribute of an op in a pattern, or a computation on attributes.
///
/// Values are `Long`, `Double`, [Dim], lists of them, and whatever other component types ops have,
/// which are only compared and passed on.
sealed interface Attribute {
  /// A value that the match binds, or a variable as an argument of functions and guards.
  record Reference(String name) implements Attribute {
    boolean isWildcard() {
      return name.equals("_");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  record Whole(long value) implements Attribute {
    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  record Listed(List<Attribute> elements) implements Attribute {
    @Override
    public String toString() {
      return elements.toString();
    }
  }

  record Call(AttributeFunction function, List<Attribute> arguments) implements Attribute {
    @Override
    public String toString() {
      return function.word()
          + arguments.stream().map(Attribute::toString).collect(Collectors.joining(", ", "(", ")"));
    }
  }

  record Operation(Operator operator, Attribute left, Attribute right) implements Attribute {
    @Override
    public String toString() {
      return "(" + left + " " + operator.symbol + " " + right + ")";
    }
  }

  /// Arithmetic, on dims or decimals as soon as one operand is one.
  enum Operator {
    PLUS("+"),
    MINUS("-"),
    TIMES("*");

    private final String symbol;

    Operator(String symbol) {
      this.symbol = symbol;
    }

    Object apply(Object left, Object right) {
      if (left instanceof Double || right instanceof Double) {
        double x = ((Number) left).doubleValue();
        double y = ((Number) right).doubleValue();
        return switch (this) {
          case PLUS -> x + y;
          case MINUS -> x - y;
          case TIMES -> x * y;
        };
      }
      if (left instanceof Long x && right instanceof Long y) {
        return switch (this) {
          case PLUS -> Math.addExact(x, y);
          case MINUS -> Math.subtractExact(x, y);
          case TIMES -> Math.multiplyExact(x, y);
        };
      }
      return switch (this) {
        case PLUS -> dim(left).plus(dim(right));
        case MINUS -> dim(left).minus(dim(right));
        case TIMES -> dim(left).times(dim(right));
      };
    }
  }

  /// A number as a dim.
  static Dim dim(Object value) {
    return value instanceof Long number ? Dim.of(number) : (Dim) value;
  }

  /// Whether two values are equal, whole numbers being dims and decimals too.
  static boolean same(Object left, Object right) {
    if (left instanceof Double x && right instanceof Long y) {
      return x == y.doubleValue();
    }
    if (left instanceof Long x && right instanceof Double y) {
      return x.doubleValue() == y;
    }
    if (left instanceof Dim != right instanceof Dim
        && (left instanceof Long || right instanceof Long)) {
      return dim(left).equals(dim(right));
    }
    if (left instanceof List<?> x && right instanceof List<?> y) {
      boolean same = x.size() == y.size();
      for (int i = 0; same && i < x.size(); i++) {
        same = same(x.get(i), y.get(i));
      }
      return same;
    }
    return left.equals(right);
  }

  /// Adds the names in this attribute to `names`.
  default void collectNames(Set<String> names) {
    switch (this) {
      case Reference reference -> {
        if (!reference.isWildcard()) {
          names.add(reference.name());
        }
      }
      case Whole _ -> {}
      case Listed(List<Attribute> elements) -> elements.forEach(each -> each.collectNames(names));
      case Call(_, List<Attribute> arguments) ->
          arguments.forEach(each -> each.collectNames(names));
      case Operation(_, Attribute left, Attribute right) -> {
        left.collectNames(names);
        right.collectNames(names);
      }
    }
  }

  /// The text form of a node's attributes, nothing if there are none.
  static String describe(Map<String, Attribute> attributes) {
    return attributes.isEmpty()
        ? ""
        : attributes.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(", ", "{", "}"));
  }
}
