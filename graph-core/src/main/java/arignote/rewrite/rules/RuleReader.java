package arignote.rewrite.rules;

import arignote.ir.op.BinaryFn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
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
    List<Phase> phases = new ArrayList<>();
    for (RulesParser.PhaseContext phase : parser.rules().phase()) {
      phases.add(phase(phase));
    }
    return List.copyOf(phases);
  }

  private RuleException error(Token at, String message) {
    return new RuleException(source(at) + ": " + message);
  }

  private String source(Token at) {
    return file + ":" + at.getLine();
  }

  private Phase phase(RulesParser.PhaseContext context) {
    String name = context.name.getText();
    List<Rule> rules = new ArrayList<>();
    for (RulesParser.RewriteContext rule : context.rewrite()) {
      rules.add(rule(name, rule));
    }
    return new Phase(
        name, Optional.ofNullable(context.extended).map(Token::getText), List.copyOf(rules));
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
    StringJoiner text = new StringJoiner("\n");
    for (TerminalNode line : lines) {
      text.add(line.getText().substring("///".length()).strip());
    }
    return text.toString();
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
    List<Condition> conditions = new ArrayList<>();
    if (context != null) {
      for (RulesParser.ConditionContext condition : context.condition()) {
        conditions.add(condition(condition));
      }
    }
    return List.copyOf(conditions);
  }

  private Condition condition(RulesParser.ConditionContext context) {
    Token word = context.NAME().getSymbol();
    if (context.pattern() != null) {
      Pattern pattern = pattern(context.pattern());
      return new Condition.Is(word.getText(), pattern, Orders.of(pattern));
    }
    Guard guard = constant(Guard.values(), word, "guard");
    return new Condition.Holds(guard, arguments(word, context.arguments(), guard.arity()));
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

  private List<Attribute> arguments(Token word, RulesParser.ArgumentsContext context, int arity) {
    List<RulesParser.ValueContext> values = context.value();
    if (values.size() != arity) {
      throw error(
          word, "%s takes %d arguments, found %d".formatted(word.getText(), arity, values.size()));
    }
    return attributes(values);
  }

  private Pattern pattern(RulesParser.PatternContext context) {
    List<RulesParser.ProductContext> terms = context.product();
    Pattern sum = product(terms.getFirst());
    for (int i = 1; i < terms.size(); i++) {
      BinaryFn fn = is(context.operators.get(i - 1), "+") ? BinaryFn.ADD : BinaryFn.SUB;
      sum = node(fn.mnemonic(), sum, product(terms.get(i)));
    }
    return sum;
  }

  private Pattern product(RulesParser.ProductContext context) {
    List<RulesParser.FactorContext> factors = context.factor();
    Pattern product = factor(factors.getFirst());
    for (int i = 1; i < factors.size(); i++) {
      BinaryFn fn = is(context.operators.get(i - 1), "*") ? BinaryFn.MUL : BinaryFn.DIV;
      product = node(fn.mnemonic(), product, factor(factors.get(i)));
    }
    return product;
  }

  private Pattern factor(RulesParser.FactorContext context) {
    if (context.atom() == null) {
      Pattern negated = factor(context.factor());
      return negated instanceof Pattern.Numeral(double value)
          ? new Pattern.Numeral(-value)
          : node("neg", negated);
    }
    Pattern base = atom(context.atom());
    return context.factor() == null
        ? base
        : node(BinaryFn.POW.mnemonic(), base, factor(context.factor()));
  }

  private Pattern atom(RulesParser.AtomContext context) {
    return switch (context) {
      case RulesParser.NamedContext named ->
          named.call() == null
              ? new Pattern.Name(named.NAME().getText())
              : call(named.NAME().getSymbol(), named.call());
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

  private static boolean is(Token token, String text) {
    return token.getText().equals(text);
  }

  private static Pattern node(String word, Pattern... operands) {
    return new Pattern.Node(
        OpPattern.named(word).orElseThrow(), List.of(operands), false, Map.of());
  }

  private Pattern call(Token word, RulesParser.CallContext context) {
    List<Pattern> operands = new ArrayList<>();
    boolean open = false;
    if (context.operands() != null) {
      for (RulesParser.PatternContext operand : context.operands().pattern()) {
        operands.add(pattern(operand));
      }
      open = operands.isEmpty();
    }
    Map<String, Attribute> attributes = attributes(context.attributes());
    if (is(word, "keep")) {
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

  private List<Attribute> attributes(List<RulesParser.ValueContext> values) {
    List<Attribute> attributes = new ArrayList<>();
    for (RulesParser.ValueContext value : values) {
      attributes.add(attribute(value));
    }
    return List.copyOf(attributes);
  }

  private Attribute attribute(RulesParser.ValueContext context) {
    List<RulesParser.TermContext> terms = context.term();
    Attribute sum = term(terms.getFirst());
    for (int i = 1; i < terms.size(); i++) {
      Attribute.Operator operator =
          is(context.operators.get(i - 1), "+")
              ? Attribute.Operator.PLUS
              : Attribute.Operator.MINUS;
      sum = new Attribute.Operation(operator, sum, term(terms.get(i)));
    }
    return sum;
  }

  private Attribute term(RulesParser.TermContext context) {
    List<RulesParser.ElementContext> factors = context.element();
    Attribute product = element(factors.getFirst());
    for (RulesParser.ElementContext factor : factors.subList(1, factors.size())) {
      product = new Attribute.Operation(Attribute.Operator.TIMES, product, element(factor));
    }
    return product;
  }

  private Attribute element(RulesParser.ElementContext context) {
    return switch (context) {
      case RulesParser.ReferenceContext reference -> {
        Token word = reference.NAME().getSymbol();
        if (reference.arguments() == null) {
          yield new Attribute.Reference(word.getText());
        }
        AttributeFunction function = constant(AttributeFunction.values(), word, "function");
        yield new Attribute.Call(
            function, arguments(word, reference.arguments(), function.arity()));
      }
      case RulesParser.WholeContext whole -> new Attribute.Whole(whole(whole));
      case RulesParser.ListContext list -> new Attribute.Listed(attributes(list.value()));
      case RulesParser.GroupedContext grouped -> attribute(grouped.value());
      default -> throw new IllegalStateException(context.getText());
    };
  }

  private long whole(RulesParser.WholeContext context) {
    try {
      return Long.parseLong(context.getText());
    } catch (NumberFormatException e) {
      throw error(context.getStart(), context.getText() + " is not a whole number");
    }
  }
}
