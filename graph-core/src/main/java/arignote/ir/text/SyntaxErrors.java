package arignote.ir.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.NoViableAltException;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.IntervalSet;
import org.jspecify.annotations.Nullable;

/// Ends parsing at the first syntax error, saying what was expected.
final class SyntaxErrors extends BaseErrorListener {
  private final SourceText source;
  private boolean found;

  SyntaxErrors(SourceText source) {
    this.source = source;
  }

  boolean found() {
    return found;
  }

  @Override
  public void syntaxError(
      Recognizer<?, ?> recognizer,
      @Nullable Object offending,
      int line,
      int column,
      String message,
      @Nullable RecognitionException error) {
    found = true;
    // The lexer makes a token of every character, so errors are the parser's.
    Parser parser = (Parser) recognizer;
    Token token = (Token) Objects.requireNonNull(offending);
    String unexpected = describe(token);
    if (error instanceof NoViableAltException ambiguous
        && ambiguous.getStartToken() != ambiguous.getOffendingToken()) {
      throw source.error(token, unexpected + " does not fit here");
    }
    throw source.error(
        token, "expected %s, found %s".formatted(describe(parser.getExpectedTokens()), unexpected));
  }

  private static String describe(Token token) {
    if (token.getType() == Token.EOF) {
      return "the end of the text";
    }
    return token.getText().equals("\"")
        ? "a double quote without another one"
        : Names.quote(token.getText());
  }

  private static String describe(IntervalSet expected) {
    boolean anyWord = expected.contains(IrGrammarLexer.WORD);
    List<String> kinds = new ArrayList<>();
    for (int type : expected.toList()) {
      String literal = IrGrammarParser.VOCABULARY.getLiteralName(type);
      if (literal == null) {
        kinds.add(describe(type));
      } else if (!(anyWord && Character.isLetter(literal.charAt(1)))) {
        kinds.add('"' + literal.substring(1, literal.length() - 1) + '"');
      }
    }
    String last = kinds.removeLast();
    return kinds.isEmpty() ? last : String.join(", ", kinds) + " or " + last;
  }

  private static String describe(int type) {
    return switch (type) {
      case IrGrammarLexer.LOCAL -> "a %name";
      case IrGrammarLexer.GLOBAL -> "an @name";
      case IrGrammarLexer.WORD -> "a word";
      case IrGrammarLexer.INTEGER -> "an integer";
      case IrGrammarLexer.FLOAT -> "a number";
      case IrGrammarLexer.STRING -> "a string";
      default -> "the end of the text";
    };
  }
}
