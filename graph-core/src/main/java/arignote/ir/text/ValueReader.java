package arignote.ir.text;

import arignote.ir.Dim;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.ir.text.IrGrammarParser.DimContext;
import arignote.ir.text.IrGrammarParser.FactorContext;
import arignote.ir.text.IrGrammarParser.ProductContext;
import arignote.ir.text.IrGrammarParser.ShapeContext;
import arignote.ir.text.IrGrammarParser.TypeContext;
import arignote.ir.text.IrGrammarParser.ValueContext;
import arignote.ir.text.IrGrammarParser.WordContext;
import arignote.tensor.DType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.antlr.v4.runtime.ParserRuleContext;

/// Reads dims, types and the values of attributes.
record ValueReader(SourceText source) {
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  TensorType type(TypeContext context) {
    return type(
        context,
        dtype(context.word()),
        context.shape() == null ? List.of() : shape(context.shape()));
  }

  private TensorType type(ParserRuleContext context, DType dtype, List<Dim> shape) {
    try {
      return new TensorType(dtype, shape);
    } catch (TypeException e) {
      throw source.error(context, e);
    }
  }

  private DType dtype(WordContext word) {
    try {
      return DType.parse(word.getText());
    } catch (IllegalArgumentException e) {
      throw source.error(word, e);
    }
  }

  List<Dim> shape(ShapeContext context) {
    return context.dim().stream().map(this::dim).toList();
  }

  Dim dim(DimContext context) {
    try {
      Dim sum = product(context.product(0), context.minus != null, true);
      for (int i = 1; i < context.product().size(); i++) {
        boolean minus = context.sign(i - 1).getText().equals("-");
        ProductContext product = context.product(i);
        // A sign taken into the number lets -9223372036854775808 be written; it may not be taken
        // into
        // a quotient, which is rounded down.
        sum =
            sum.plus(product(product, minus, product.operator().stream().noneMatch(this::divides)));
      }
      return sum;
    } catch (TypeException | IllegalArgumentException e) {
      throw source.error(context, e);
    }
  }

  private boolean divides(IrGrammarParser.OperatorContext operator) {
    return operator.getText().equals("/");
  }

  private Dim product(ProductContext context, boolean minus, boolean signFirst) {
    Dim product = factor(context.factor(0), minus && signFirst);
    for (int i = 1; i < context.factor().size(); i++) {
      Dim factor = factor(context.factor(i), false);
      product = divides(context.operator(i - 1)) ? product.floorDiv(factor) : product.times(factor);
    }
    return minus && !signFirst ? product.times(-1) : product;
  }

  private Dim factor(FactorContext context, boolean minus) {
    if (context.INTEGER() != null) {
      return Dim.of(integer(context, (minus ? "-" : "") + context.getText()));
    }
    Dim factor = context.word() != null ? Dim.symbol(context.word().getText()) : dim(context.dim());
    return minus ? factor.times(-1) : factor;
  }

  private long integer(ParserRuleContext context, String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw source.error(context, digits + " does not fit in 64 bits");
    }
  }

  /// The value of an attribute of a given type.
  Object value(ValueContext context, Type type) {
    Optional<?> value =
        switch (type) {
          case ParameterizedType list when list.getRawType() == List.class ->
              list(context, list.getActualTypeArguments()[0]);
          case Class<?> scalar -> scalar(context, scalar);
          default -> Optional.empty();
        };
    if (value.isEmpty()) {
      throw source.error(
          context, "expected %s, found %s".formatted(nameOf(type), context.getText()));
    }
    return value.get();
  }

  private Optional<List<Object>> list(ValueContext context, Type element) {
    if (!context.getStart().getText().equals("[")) {
      return Optional.empty();
    }
    List<Object> values = new ArrayList<>();
    for (ValueContext item : context.value()) {
      values.add(value(item, element));
    }
    return Optional.of(values);
  }

  private Optional<?> scalar(ValueContext context, Class<?> type) {
    String text = context.getText();
    if (type == String.class) {
      return context.STRING() == null ? Optional.empty() : Optional.of(Names.unquote(text));
    }
    if (type == boolean.class) {
      return text.equals("true") || text.equals("false")
          ? Optional.of(text.equals("true"))
          : Optional.empty();
    }
    if (type == float.class) {
      return floatOf(text);
    }
    if (type == double.class) {
      return doubleOf(text);
    }
    if (type.isEnum()) {
      for (Object constant : type.getEnumConstants()) {
        if (Attributes.print(constant).equals(text)) {
          return Optional.of(constant);
        }
      }
      return Optional.empty();
    }
    if (type == TensorType.class && context.word() != null) {
      return Optional.of(type(context, dtype(context.word()), shape(context.shape())));
    }
    if (context.dim() == null) {
      return Optional.empty();
    }
    if (type == TensorType.class) {
      return Optional.of(scalarType(context));
    }
    Dim dim = dim(context.dim());
    if (type == Dim.class) {
      return Optional.of(dim);
    }
    if (dim.constant().isEmpty()) {
      return Optional.empty();
    }
    long integer = dim.constant().getAsLong();
    if (type == long.class || type == Long.class) {
      return Optional.of(integer);
    }
    return (type == int.class || type == Integer.class) && integer == (int) integer
        ? Optional.of((int) integer)
        : Optional.empty();
  }

  private TensorType scalarType(ValueContext context) {
    try {
      return TensorType.scalar(DType.parse(context.getText()));
    } catch (IllegalArgumentException e) {
      throw source.error(context, e);
    }
  }

  /// The nearest float; none of what is no number, or too large.
  static Optional<Float> floatOf(String text) {
    return number(text)
        .map(Float::parseFloat)
        .filter(value -> Float.isFinite(value) || !isDecimal(text));
  }

  /// The nearest double; none of what is no number, or too large.
  static Optional<Double> doubleOf(String text) {
    return number(text)
        .map(Double::parseDouble)
        .filter(value -> Double.isFinite(value) || !isDecimal(text));
  }

  /// The text as Java's parsers take it.
  private static Optional<String> number(String text) {
    return switch (text) {
      case "nan" -> Optional.of("NaN");
      case "inf" -> Optional.of("Infinity");
      case "-inf" -> Optional.of("-Infinity");
      default -> isDecimal(text) ? Optional.of(text) : Optional.empty();
    };
  }

  private static boolean isDecimal(String text) {
    return DECIMAL.matcher(text).matches();
  }

  static String nameOf(Type type) {
    return switch (type) {
      case ParameterizedType list -> "a list of " + nameOf(list.getActualTypeArguments()[0]);
      case Class<?> scalar when scalar == int.class || scalar == Integer.class -> "int";
      case Class<?> scalar when scalar == long.class || scalar == Long.class -> "long";
      case Class<?> scalar when scalar.isEnum() -> enumConstants(scalar);
      case Class<?> scalar -> scalar.getSimpleName();
      default -> type.getTypeName();
    };
  }

  private static String enumConstants(Class<?> type) {
    List<String> constants = new ArrayList<>();
    for (Object constant : type.getEnumConstants()) {
      constants.add(Attributes.print(constant));
    }
    return "one of " + String.join(", ", constants);
  }
}
