package arignote.rewrite.rules;

import arignote.ir.Dim;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.CoreOp;
import arignote.ir.op.Select;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/// Builds the right side of a rule from text.
///
/// Constants, and what [Pattern.Keep] repeats, take dtype and shape from what stands beside them in
/// an elementwise op, or else from the node replaced. Arithmetic on constants alone is done now.
final class Template {
  /// A part of the right side.
  private sealed interface Part {
    /// @param flexible whether it is one value repeated, in whatever shape its place needs
    record Whole(Variable variable, boolean flexible) implements Part {}

    /// A constant.
    ///
    /// @param holder a variable that has this value; nothing for a literal
    /// @param flexible whether it takes dtype and shape from its place
    record Value(double value, Optional<Variable> holder, boolean flexible) implements Part {}

    record Repeated(Variable reduced, List<Integer> axes) implements Part {}
  }

  private final Match match;
  private final Construction make;

  private Template(Match match, Construction make) {
    this.match = match;
    this.make = make;
  }

  static Variable build(Pattern right, Match match, Construction make) {
    Template template = new Template(match, make);
    return template.fit(template.part(right), match.rootType());
  }

  private Part part(Pattern pattern) {
    return switch (pattern) {
      case Pattern.Name(String name) when match.value(name) instanceof Double number ->
          literal(number);
      case Pattern.Name(String name) -> {
        Variable variable = match.variable(name);
        boolean flexible = match.rule().isUniform(name);
        OptionalDouble value = Splat.valueOf(variable);
        yield value.isPresent()
            ? new Part.Value(value.getAsDouble(), Optional.of(variable), flexible)
            : new Part.Whole(variable, flexible);
      }
      case Pattern.Numeral(double value) -> literal(value);
      case Pattern.Truth(boolean value) -> literal(value ? 1 : 0);
      case Pattern.Keep(Pattern operand, Attribute axes) ->
          switch (part(operand)) {
            case Part.Value(_, Optional<Variable> holder, _) when holder.isEmpty() -> part(operand);
            case Part reduced ->
                new Part.Repeated(
                    settled(reduced),
                    AttributeFunction.longs(match.evaluate(axes)).stream()
                        .map(Math::toIntExact)
                        .toList());
          };
      case Pattern.Node node -> node(node);
    };
  }

  private static Part literal(double value) {
    return new Part.Value(value, Optional.empty(), true);
  }

  private Part node(Pattern.Node node) {
    List<Part> parts = node.operands().stream().map(this::part).toList();
    Map<String, Object> attributes = new TreeMap<>();
    node.attributes().forEach((name, value) -> attributes.put(name, match.evaluate(value)));
    CoreOp op = node.op().create(attributes);
    if (!OpGroup.ELEMENTWISE.contains(op)) {
      return new Part.Whole(make.apply(op, parts.stream().map(this::settled).toList()), false);
    }
    return fold(op, parts)
        .orElseGet(() ->
            new Part.Whole(
                make.apply(op, fitted(op, parts)), parts.stream().allMatch(Template::isFlexible)));
  }

  /// The operands of an elementwise op in one shape, and of the dtypes that it takes.
  private List<Variable> fitted(CoreOp op, List<Part> parts) {
    List<Dim> shape = shapeOf(parts);
    List<Variable> operands = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      boolean isCondition = op instanceof Select && i == 0;
      DType dtype =
          isCondition ? DType.BOOL : dtypeOf(op instanceof Select ? parts.subList(1, 3) : parts);
      operands.add(fit(parts.get(i), new TensorType(dtype, shape)));
    }
    return operands;
  }

  private static boolean isFlexible(Part part) {
    return switch (part) {
      case Part.Whole(_, boolean flexible) -> flexible;
      case Part.Value(_, _, boolean flexible) -> flexible;
      case Part.Repeated _ -> true;
    };
  }

  /// The shape of the first part that has one of its own, or else of the first flexible one; where
  /// something reduced is repeated, that of the node replaced.
  private List<Dim> shapeOf(List<Part> parts) {
    boolean repeats = parts.stream().anyMatch(Part.Repeated.class::isInstance);
    return parts.stream()
        .filter(part -> !isFlexible(part))
        .findFirst()
        .or(() ->
            repeats
                ? Optional.empty()
                : parts.stream().filter(part -> holder(part).isPresent()).findFirst())
        .flatMap(Template::holder)
        .map(variable -> variable.type().shape())
        .orElse(match.rootType().shape());
  }

  /// The variable that a part is, or takes its type from.
  private static Optional<Variable> holder(Part part) {
    return switch (part) {
      case Part.Whole(Variable variable, _) -> Optional.of(variable);
      case Part.Value(_, Optional<Variable> holder, _) -> holder;
      case Part.Repeated(Variable reduced, _) -> Optional.of(reduced);
    };
  }

  private DType dtypeOf(List<Part> parts) {
    return parts.stream()
        .flatMap(part -> holder(part).stream())
        .map(variable -> variable.type().dtype())
        .findFirst()
        .orElse(match.rootType().dtype());
  }

  /// A part as a variable of a type, as far as it can be given that type.
  private Variable fit(Part part, TensorType type) {
    return switch (part) {
      case Part.Whole(Variable variable, boolean flexible) -> {
        if (!flexible || variable.type().shape().equals(type.shape())) {
          yield variable;
        }
        yield Splat.scalarOf(variable)
            .map(scalar -> make.broadcast(scalar, type.shape()))
            .orElse(variable);
      }
      case Part.Value(double value, Optional<Variable> holder, boolean flexible) ->
          holder
              .filter(variable -> !flexible || variable.type().equals(type))
              .orElseGet(() -> make.literal(value, type));
      case Part.Repeated(Variable reduced, List<Integer> axes) ->
          make.keep(reduced, axes, type.shape());
    };
  }

  /// A part as an operand of an op that is not elementwise.
  private Variable settled(Part part) {
    return switch (part) {
      case Part.Whole(Variable variable, _) -> variable;
      case Part.Value(double value, Optional<Variable> holder, _) ->
          holder.orElseGet(() -> make.literal(value, match.rootType()));
      case Part.Repeated(Variable reduced, List<Integer> axes) ->
          make.keep(reduced, axes, match.rootType().shape());
    };
  }

  /// Arithmetic on constants that have no place of their own.
  private Optional<Part> fold(CoreOp op, List<Part> parts) {
    if (!parts.stream().allMatch(part -> part instanceof Part.Value && isFlexible(part))) {
      return Optional.empty();
    }
    DType dtype = dtypeOf(parts);
    List<Double> values = parts.stream().map(part -> ((Part.Value) part).value()).toList();
    OptionalDouble value =
        switch (op) {
          case Unary(var fn) -> fold(fn, values.getFirst());
          case Binary(var fn) -> fold(fn, values.get(0), values.get(1), dtype);
          default -> OptionalDouble.empty();
        };
    return value.isEmpty()
        ? Optional.empty()
        : Splat.rounded(value.getAsDouble(), dtype).stream()
            .<Part>mapToObj(rounded -> new Part.Value(rounded, typed(parts, rounded), true))
            .findFirst();
  }

  /// A constant of the type that one of some constants has, if any has one.
  private Optional<Variable> typed(List<Part> parts, double value) {
    return parts.stream()
        .flatMap(part -> holder(part).stream())
        .findFirst()
        .map(variable -> make.literal(value, variable.type()));
  }

  private static OptionalDouble fold(UnaryFn fn, double x) {
    return switch (fn) {
      case NEG -> OptionalDouble.of(-x);
      case ABS -> OptionalDouble.of(Math.abs(x));
      default -> OptionalDouble.empty();
    };
  }

  /// The result before it is rounded to the dtype; integers that are not doubles are left alone.
  private static OptionalDouble fold(BinaryFn fn, double x, double y, DType dtype) {
    double result =
        switch (fn) {
          case ADD -> x + y;
          case SUB -> x - y;
          case MUL -> x * y;
          case DIV -> x / y;
          case MINIMUM -> Math.min(x, y);
          case MAXIMUM -> Math.max(x, y);
          default -> Double.NaN;
        };
    boolean known =
        switch (fn) {
          case ADD, SUB, MUL, DIV, MINIMUM, MAXIMUM -> true;
          default -> false;
        };
    boolean exact = dtype.isFloat() || Math.abs(result) <= 0x1p53;
    return known && exact ? OptionalDouble.of(result) : OptionalDouble.empty();
  }
}
