package arignote.ir.text;

import arignote.ir.Dim;
import arignote.ir.TensorType;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.ErrorNode;
import org.antlr.v4.runtime.tree.ParseTreeListener;
import org.antlr.v4.runtime.tree.TerminalNode;

/// Reads graphs from text; see the package for the form. Nodes get the line of the text as their
/// site.
public final class IrParser {
  /// Brackets may be nested so deep; the parser recurses over them, and over nothing else.
  private static final int MAX_DEPTH = 200;

  private IrParser() {}

  /// Reads a graph. Shared variables are made anew, with zeros.
  ///
  /// @throws IrParseException if the text is not a graph or its types are wrong
  public static ParsedGraph parse(String text) {
    return parse(text, ParseOptions.NONE);
  }

  /// Reads a graph that uses given shared variables or custom ops.
  ///
  /// @throws IrParseException if the text is not a graph or its types are wrong
  public static ParsedGraph parse(String text, ParseOptions options) {
    SourceText source = new SourceText(options.source(), text);
    SyntaxErrors errors = new SyntaxErrors(source);
    GraphBuilder builder = new GraphBuilder(source, options);
    IrGrammarParser parser = parser(source, errors);
    parser.addParseListener(
        new ParseTreeListener() {
          @Override
          public void exitEveryRule(ParserRuleContext context) {
            // Each part is built and dropped when it is complete: the tree of a long text would
            // need
            // many times the memory of its graph. Rules are exited on errors too.
            if (context.getParent() instanceof IrGrammarParser.GraphContext && !errors.found()) {
              builder.add(context);
              context.children = null;
            }
          }

          @Override
          public void enterEveryRule(ParserRuleContext context) {}

          @Override
          public void visitTerminal(TerminalNode node) {}

          @Override
          public void visitErrorNode(ErrorNode node) {}
        });
    parser.graph();
    return builder.graph();
  }

  /// Reads a type such as `f32[T,2*B+1]`.
  ///
  /// @throws IrParseException if the text is not a type
  public static TensorType parseType(String text) {
    SourceText source = new SourceText("type", text);
    return new ValueReader(source)
        .type(parser(source, new SyntaxErrors(source)).typeAlone().type());
  }

  /// Reads a dim such as `T`, `128` or `(T+1)/2`.
  ///
  /// @throws IrParseException if the text is not a dim
  public static Dim parseDim(String text) {
    SourceText source = new SourceText("dim", text);
    return new ValueReader(source).dim(parser(source, new SyntaxErrors(source)).dimAlone().dim());
  }

  private static IrGrammarParser parser(SourceText source, SyntaxErrors errors) {
    IrGrammarLexer lexer = new IrGrammarLexer(CharStreams.fromString(source.text()));
    lexer.removeErrorListeners();
    lexer.addErrorListener(errors);
    CommonTokenStream tokens = new CommonTokenStream(lexer);
    tokens.fill();
    checkDepth(source, tokens);
    IrGrammarParser parser = new IrGrammarParser(tokens);
    parser.removeErrorListeners();
    parser.addErrorListener(errors);
    return parser;
  }

  private static void checkDepth(SourceText source, CommonTokenStream tokens) {
    int depth = 0;
    for (Token token : tokens.getTokens()) {
      switch (token.getText()) {
        case "(", "[", "{" -> depth++;
        case ")", "]", "}" -> depth--;
        default -> {}
      }
      if (depth > MAX_DEPTH) {
        throw source.error(token, "brackets are nested more than " + MAX_DEPTH + " deep");
      }
    }
  }
}
