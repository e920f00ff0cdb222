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
import java.util.stream.Stream;

/// Builds the right side of a rule from text.
///
/// Constants, and what [Pattern.Keep] repeats, take dtype and shape from what stands beside them in
/// an elementwise op, or else from the node replaced. Arithmetic on constants alone is done now.
final class Template {
  /// A part of the right side.
  private sealed interface Part {
    record Whole(Variable variable) implements Part {}

    /// A constant.
    ///
    /// @param type nothing for a literal
    /// @param holder the variable of the match that has this value and type
    record Value(double value, Optional<TensorType> type, Optional<Variable> holder)
        implements Part {}

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
      case Pattern.Name(String name) -> {
        Variable variable = match.variable(name);
        OptionalDouble value = Splat.valueOf(variable);
        yield value.isPresent()
            ? new Part.Value(
                value.getAsDouble(), Optional.of(variable.type()), Optional.of(variable))
            : new Part.Whole(variable);
      }
      case Pattern.Number(double value) -> literal(value);
      case Pattern.Truth(boolean value) -> literal(value ? 1 : 0);
      case Pattern.Keep(Pattern operand, Attribute axes) ->
          switch (part(operand)) {
            case Part.Whole(Variable variable) ->
                new Part.Repeated(
                    variable,
                    AttributeFunction.longs(match.evaluate(axes)).stream()
                        .map(Math::toIntExact)
                        .toList());
            case Part other -> other;
          };
      case Pattern.Node node -> node(node);
    };
  }

  private static Part literal(double value) {
    return new Part.Value(value, Optional.empty(), Optional.empty());
  }

  private Part node(Pattern.Node node) {
    List<Part> parts = node.operands().stream().map(this::part).toList();
    Map<String, Object> attributes = new TreeMap<>();
    node.attributes().forEach((name, value) -> attributes.put(name, match.evaluate(value)));
    CoreOp op = node.op().create(attributes);
    if (!OpGroup.ELEMENTWISE.contains(op)) {
      return new Part.Whole(make.apply(op, parts.stream().map(this::settled).toList()));
    }
    Optional<Part> folded = fold(op, parts);
    return folded.orElseGet(() -> new Part.Whole(make.apply(op, fitted(op, parts))));
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

  private List<Dim> shapeOf(List<Part> parts) {
    Optional<Variable> uniform = Optional.empty();
    for (Part part : parts) {
      if (part instanceof Part.Whole(Variable variable)) {
        if (Splat.scalarOf(variable).isEmpty()) {
          return variable.type().shape();
        }
        uniform = uniform.or(() -> Optional.of(variable));
      }
    }
    if (parts.stream().anyMatch(Part.Repeated.class::isInstance)) {
      return match.rootType().shape();
    }
    return uniform
        .map(Variable::type)
        .or(() -> typeOfConstants(parts))
        .map(TensorType::shape)
        .orElse(match.rootType().shape());
  }

  private static Optional<TensorType> typeOfConstants(List<Part> parts) {
    return parts.stream()
        .flatMap(part -> part instanceof Part.Value value ? value.type().stream() : Stream.empty())
        .findFirst();
  }

  private DType dtypeOf(List<Part> parts) {
    for (Part part : parts) {
      switch (part) {
        case Part.Whole(Variable variable) -> {
          return variable.type().dtype();
        }
        case Part.Repeated(Variable reduced, _) -> {
          return reduced.type().dtype();
        }
        case Part.Value(_, Optional<TensorType> type, _) -> {
          if (type.isPresent()) {
            return type.get().dtype();
          }
        }
      }
    }
    return match.rootType().dtype();
  }

  /// A part as a variable of a type, as far as it can be given that type.
  private Variable fit(Part part, TensorType type) {
    return switch (part) {
      case Part.Whole(Variable variable) -> {
        if (variable.type().shape().equals(type.shape())) {
          yield variable;
        }
        yield Splat.scalarOf(variable)
            .map(scalar -> make.broadcast(scalar, type.shape()))
            .orElse(variable);
      }
      case Part.Value(double value, _, Optional<Variable> holder) ->
          holder
              .filter(variable -> variable.type().equals(type))
              .orElseGet(() -> make.literal(value, type));
      case Part.Repeated(Variable reduced, List<Integer> axes) ->
          make.keep(reduced, axes, type.shape());
    };
  }

  /// A part as an operand of an op that is not elementwise.
  private Variable settled(Part part) {
    return switch (part) {
      case Part.Whole(Variable variable) -> variable;
      case Part.Value(double value, Optional<TensorType> type, Optional<Variable> holder) ->
          holder.orElseGet(() -> make.literal(value, type.orElse(match.rootType())));
      case Part.Repeated(Variable reduced, List<Integer> axes) ->
          make.keep(reduced, axes, match.rootType().shape());
    };
  }

  private Optional<Part> fold(CoreOp op, List<Part> parts) {
    if (!parts.stream().allMatch(Part.Value.class::isInstance)) {
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
            .<Part>mapToObj(
                rounded -> new Part.Value(rounded, typeOfConstants(parts), Optional.empty()))
            .findFirst();
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
