package arignote.rewrite.rules;

import arignote.ir.op.BinaryFn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.TerminalNode;
import org.jspecify.annotations.Nullable;

/// Reads a rule file.
final class RuleReader {
  private final String file;
  private final Map<String, CodedRule> coded;

  private RuleReader(String file, Map<String, CodedRule> coded) {
    this.file = file;
    this.coded = coded;
  }

  /// The phases of a file.
  ///
  /// @param file its name, for messages
  /// @param coded the right sides in Java, by the names that the file calls them
  /// @throws RuleException if the text is not one of rules
  static List<Phase> read(String file, String text, Map<String, CodedRule> coded) {
    return new RuleReader(file, coded).read(text);
  }

  private List<Phase> read(String text) {
    RulesLexer lexer = new RulesLexer(CharStreams.fromString(text));
    RulesParser parser = new RulesParser(new CommonTokenStream(lexer));
    parser.removeErrorListeners();
    parser.addErrorListener(
        new BaseErrorListener() {
          @Override
          public void syntaxError(
              Recognizer<?, ?> recognizer,
              @Nullable Object offending,
              int line,
              int column,
              String message,
              @Nullable RecognitionException error) {
            throw new RuleException("%s:%d:%d: %s".formatted(file, line, column + 1, message));
          }
        });
    return parser.rules().phase().stream().map(this::phase).toList();
  }

  private RuleException error(Token at, String message) {
    return new RuleException(source(at) + ": " + message);
  }

  private String source(Token at) {
    return file + ":" + at.getLine();
  }

  private Phase phase(RulesParser.PhaseContext context) {
    String name = context.name.getText();
    return new Phase(
        name,
        Optional.ofNullable(context.extended).map(Token::getText),
        context.rewrite().stream().map(rule -> rule(name, rule)).toList());
  }

  private Rule rule(String phase, RulesParser.RewriteContext context) {
    if (!(pattern(context.left) instanceof Pattern.Node left)) {
      throw error(
          context.left.getStart(), "the left side must be an op, not " + context.left.getText());
    }
    return new Rule(
        context.NAME().getText(),
        phase,
        documentation(context.DOC()),
        source(context.NAME().getSymbol()),
        left,
        right(context),
        conditions(context.where),
        conditions(context.unless),
        conditions(context.assuming));
  }

  private static String documentation(List<TerminalNode> lines) {
    return lines.stream()
        .map(line -> line.getText().substring("///".length()).strip())
        .collect(Collectors.joining("\n"));
  }

  private Rule.Right right(RulesParser.RewriteContext context) {
    if (context.CLASS() == null) {
      return new Rule.Right.Text(pattern(context.right));
    }
    Token name = context.CLASS().getSymbol();
    CodedRule rule = coded.get(name.getText());
    if (rule == null) {
      throw error(
          name,
          "no coded rule is named %s; there are %s".formatted(name.getText(), coded.keySet()));
    }
    return new Rule.Right.Code(rule);
  }

  private List<Condition> conditions(RulesParser.@Nullable ConditionsContext context) {
    return context == null ? List.of() : context.condition().stream().map(this::condition).toList();
  }

  private Condition condition(RulesParser.ConditionContext context) {
    return switch (context) {
      case RulesParser.IsContext is -> {
        Pattern pattern = pattern(is.pattern());
        yield new Condition.Is(is.NAME().getText(), pattern, Orders.of(pattern));
      }
      case RulesParser.GuardContext guard -> {
        Token word = guard.NAME().getSymbol();
        Guard named = constant(Guard.values(), word, "guard");
        yield new Condition.Holds(named, arguments(word, guard.value(), named.arity()));
      }
      default -> throw new IllegalStateException(context.getText());
    };
  }

  private <E extends Enum<E>> E constant(E[] constants, Token word, String kind) {
    for (E constant : constants) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(word.getText())) {
        return constant;
      }
    }
    throw error(
        word,
        "unknown %s \"%s\"; there are %s"
            .formatted(
                kind,
                word.getText(),
                Stream.of(constants).map(each -> each.name().toLowerCase(Locale.ROOT)).toList()));
  }

  private List<Attribute> arguments(Token word, List<RulesParser.ValueContext> values, int arity) {
    if (values.size() != arity) {
      throw error(
          word, "%s takes %d arguments, found %d".formatted(word.getText(), arity, values.size()));
    }
    return values.stream().map(this::attribute).toList();
  }

  private Pattern pattern(RulesParser.PatternContext context) {
    return switch (context) {
      case RulesParser.PowerContext power -> binary(BinaryFn.POW, power.pattern());
      case RulesParser.NegationContext negation ->
          pattern(negation.pattern()) instanceof Pattern.Numeral(double value)
              ? new Pattern.Numeral(-value)
              : node("neg", List.of(pattern(negation.pattern())));
      case RulesParser.ProductContext product ->
          binary(isOperator(product, "*") ? BinaryFn.MUL : BinaryFn.DIV, product.pattern());
      case RulesParser.SumContext sum ->
          binary(isOperator(sum, "+") ? BinaryFn.ADD : BinaryFn.SUB, sum.pattern());
      case RulesParser.CallContext call -> call(call);
      case RulesParser.NameContext name -> new Pattern.Name(name.getText());
      case RulesParser.NumberContext number ->
          new Pattern.Numeral(Double.parseDouble(number.getText()));
      case RulesParser.WordContext word ->
          switch (word.getText()) {
            case "inf" -> new Pattern.Numeral(Double.POSITIVE_INFINITY);
            case "nan" -> new Pattern.Numeral(Double.NaN);
            default -> new Pattern.Truth(Boolean.parseBoolean(word.getText()));
          };
      case RulesParser.ParenthesisedContext inside -> pattern(inside.pattern());
      default -> throw new IllegalStateException(context.getText());
    };
  }

  private static boolean isOperator(ParserRuleContext context, String operator) {
    return context.getChild(1).getText().equals(operator);
  }

  private Pattern binary(BinaryFn fn, List<RulesParser.PatternContext> operands) {
    return node(fn.mnemonic(), operands.stream().map(this::pattern).toList());
  }

  private static Pattern node(String word, List<Pattern> operands) {
    return new Pattern.Node(OpPattern.named(word).orElseThrow(), operands, false, new TreeMap<>());
  }

  private Pattern call(RulesParser.CallContext context) {
    Token word = context.NAME().getSymbol();
    boolean open = context.operands() != null && context.operands().pattern().isEmpty();
    List<Pattern> operands =
        context.operands() == null
            ? List.of()
            : context.operands().pattern().stream().map(this::pattern).toList();
    Map<String, Attribute> attributes = attributes(context.attributes());
    if (word.getText().equals("keep")) {
      Attribute axes = attributes.get("axes");
      if (axes == null || attributes.size() != 1 || operands.size() != 1) {
        throw error(word, "keep takes one operand and the attribute axes");
      }
      return new Pattern.Keep(operands.getFirst(), axes);
    }
    OpPattern op =
        OpPattern.named(word.getText())
            .orElseThrow(() ->
                error(
                    word,
                    "unknown op \"%s\"; there are keep, %s"
                        .formatted(word.getText(), String.join(", ", OpPattern.words()))));
    checkCall(word, op, operands.size(), open, attributes);
    return new Pattern.Node(op, operands, open, attributes);
  }

  private void checkCall(
      Token word, OpPattern op, int operands, boolean open, Map<String, Attribute> attributes) {
    if (!open && op.arity().isPresent() && op.arity().getAsInt() != operands) {
      throw error(
          word, "%s takes %d operands, found %d".formatted(op, op.arity().getAsInt(), operands));
    }
    for (String name : attributes.keySet()) {
      if (!op.attributeNames().contains(name)) {
        throw error(
            word, "%s has no attribute %s; it has %s".formatted(op, name, op.attributeNames()));
      }
    }
  }

  private Map<String, Attribute> attributes(RulesParser.@Nullable AttributesContext context) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    if (context != null) {
      for (RulesParser.AttributeContext attribute : context.attribute()) {
        Token name = attribute.NAME().getSymbol();
        if (attributes.put(name.getText(), attribute(attribute.value())) != null) {
          throw error(name, "the attribute " + name.getText() + " is there twice");
        }
      }
    }
    return attributes;
  }

  private Attribute attribute(RulesParser.ValueContext context) {
    return switch (context) {
      case RulesParser.TimesContext times -> operation(Attribute.Operator.TIMES, times.value());
      case RulesParser.PlusContext plus ->
          operation(
              isOperator(plus, "+") ? Attribute.Operator.PLUS : Attribute.Operator.MINUS,
              plus.value());
      case RulesParser.NegativeContext negative -> new Attribute.Whole(-whole(negative.NUMBER()));
      case RulesParser.FunctionContext call -> {
        Token word = call.NAME().getSymbol();
        AttributeFunction function = constant(AttributeFunction.values(), word, "function");
        yield new Attribute.Call(function, arguments(word, call.value(), function.arity()));
      }
      case RulesParser.ReferenceContext reference -> new Attribute.Reference(reference.getText());
      case RulesParser.WholeContext whole -> new Attribute.Whole(whole(whole.NUMBER()));
      case RulesParser.ListContext list -> {
        List<Attribute> elements = new ArrayList<>();
        list.value().forEach(element -> elements.add(attribute(element)));
        yield new Attribute.Listed(List.copyOf(elements));
      }
      case RulesParser.GroupedContext grouped -> attribute(grouped.value());
      default -> throw new IllegalStateException(context.getText());
    };
  }

  private Attribute operation(
      Attribute.Operator operator, List<RulesParser.ValueContext> operands) {
    return new Attribute.Operation(
        operator, attribute(operands.get(0)), attribute(operands.get(1)));
  }

  private long whole(TerminalNode number) {
    try {
      return Long.parseLong(number.getText());
    } catch (NumberFormatException e) {
      throw error(number.getSymbol(), number.getText() + " is not a whole number");
    }
  }
}
