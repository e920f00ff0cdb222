package arignote.autodiff.testing;

import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/// The text of an expression: parses it, and shows the place of an error.
record ExpressionText(String text) {
  /// Terms may be nested so deep; the parser recurses over them, and over nothing else.
  static final int MOST_NESTED = 500;

  /// @throws ExpressionException if the text is not an expression
  ExpressionParser.TermContext parse() {
    ExpressionLexer lexer = new ExpressionLexer(CharStreams.fromString(text));
    lexer.removeErrorListeners();
    CommonTokenStream tokens = new CommonTokenStream(lexer);
    tokens.fill();
    checkNesting(tokens);
    ExpressionParser parser = new ExpressionParser(tokens);
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
            throw error(line, column, message);
          }
        });
    return parser.whole().term();
  }

  private void checkNesting(CommonTokenStream tokens) {
    int brackets = 0;
    int operators = 0;
    for (Token token : tokens.getTokens()) {
      switch (token.getText()) {
        case "(", "[" -> brackets++;
        case ")", "]" -> brackets--;
        // One behind the other, these are nested too.
        case "-", "^" -> operators++;
        case "+", "*", "/", "," -> operators = 0;
        default -> {}
      }
      if (brackets + operators > MOST_NESTED) {
        throw error(
            token.getLine(),
            token.getCharPositionInLine(),
            "terms are nested more than " + MOST_NESTED + " deep");
      }
    }
  }

  ExpressionException error(ParserRuleContext context, String problem) {
    Token token = context.getStart();
    return error(token.getLine(), token.getCharPositionInLine(), problem);
  }

  /// @param column counts from 0
  private ExpressionException error(int line, int column, String problem) {
    String shown = text.lines().skip(line - 1L).findFirst().orElse("");
    return new ExpressionException(
        "%d:%d: %s\n%s\n%s^".formatted(line, column + 1, problem, shown, " ".repeat(column)));
  }
}
