package arignote.rewrite.rules;

import arignote.ir.Apply;
import arignote.ir.Result;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What a rule's left side matches, and what its right side builds.
sealed interface Pattern {
  /// Stands for any variable; everywhere in a rule for the same one.
  record Name(String name) implements Pattern {
    /// Whether this is `_`, which matches without being remembered.
    boolean isWildcard() {
      return name.equals("_");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /// A tensor of numbers, every element being this one.
  record Numeral(double value) implements Pattern {
    @Override
    public String toString() {
      return value == Math.rint(value) && Math.abs(value) < 1e9
          ? Long.toString((long) value)
          : Double.isInfinite(value) ? (value > 0 ? "inf" : "-inf") : Double.toString(value);
    }
  }

  /// A tensor of bools, every element being this one.
  record Truth(boolean value) implements Pattern {
    @Override
    public String toString() {
      return Boolean.toString(value);
    }
  }

  /// The result of an op.
  ///
  /// @param open whether any operands fit
  record Node(OpPattern op, List<Pattern> operands, boolean open, Map<String, Attribute> attributes)
      implements Pattern {
    public Node {
      operands = List.copyOf(operands);
    }

    /// Whether op, number of operands and the ops that those come from are right; a first look.
    boolean resembles(Apply apply) {
      if (!op.matches(apply.op()) || (!open && apply.operands().size() != operands.size())) {
        return false;
      }
      for (int i = 0; i < operands.size(); i++) {
        if (operands.get(i) instanceof Node node
            && !(apply.operand(i) instanceof Result result
                && node.op.matches(result.apply().op()))) {
          return false;
        }
      }
      return true;
    }

    @Override
    public String toString() {
      String inside =
          open ? "..." : operands.stream().map(Pattern::toString).collect(Collectors.joining(", "));
      return op + "(" + inside + ")" + Attribute.describe(attributes);
    }
  }

  /// Something reduced along `axes`, repeated along them again: `keep(sum(x){axes=a}){axes=a}` has
  /// the shape of `x`. In a graph this is a reshape that puts axes of length 1 back, and a
  /// broadcast.
  record Keep(Pattern operand, Attribute axes) implements Pattern {
    @Override
    public String toString() {
      return "keep(" + operand + ")" + Attribute.describe(Map.of("axes", axes));
    }
  }

  /// The patterns directly inside.
  default List<Pattern> parts() {
    return switch (this) {
      case Name _, Numeral _, Truth _ -> List.of();
      case Node node -> node.operands();
      case Keep keep -> List.of(keep.operand());
    };
  }

  /// Adds the names of variables and attributes in this pattern to `names`.
  default void collectNames(Set<String> names) {
    switch (this) {
      case Name name -> {
        if (!name.isWildcard()) {
          names.add(name.name());
        }
      }
      case Numeral _, Truth _ -> {}
      case Node node -> node.attributes().values().forEach(each -> each.collectNames(names));
      case Keep keep -> keep.axes().collectNames(names);
    }
    parts().forEach(part -> part.collectNames(names));
  }
}
