package arignote.ir.text;

import arignote.ir.Site;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;

/// A text that is being read: for messages that show the place.
record SourceText(String name, String text) {
  /// As much of a line is shown.
  private static final int SHOWN = 100;

  IrParseException error(ParserRuleContext context, String problem) {
    return error(context.getStart(), problem);
  }

  /// What `cause` says, with the place.
  IrParseException error(ParserRuleContext context, RuntimeException cause) {
    return error(context, String.valueOf(cause.getMessage()));
  }

  IrParseException error(Token token, String problem) {
    return error(token.getLine(), token.getCharPositionInLine() + 1, problem);
  }

  /// @param column counts code points from 1, as ANTLR does but from 0
  IrParseException error(int line, int column, String problem) {
    String[] lines = text.split("\n", line + 1);
    int[] shown = lines[line - 1].stripTrailing().codePoints().toArray();
    int start = Math.max(0, Math.min(column - 1 - SHOWN / 2, shown.length - SHOWN));
    int length = Math.min(SHOWN, shown.length - start);
    String excerpt =
        (start > 0 ? "..." : "")
            + new String(shown, start, length).replaceAll("[\\p{Cntrl}&&[^\t]]", "?")
            + (start + length < shown.length ? "..." : "");
    String indent =
        (start > 0 ? "   " : "")
            + new String(shown, start, Math.min(length, column - 1 - start))
                .replaceAll("[^\t]", " ");
    return new IrParseException(
        "%s:%d:%d: %s\n%s\n%s^".formatted(name, line, column, problem, excerpt, indent),
        line,
        column);
  }

  /// What errors at run time point to for a node that was read here.
  Site site(Token token) {
    return new Site("", "", name, token.getLine());
  }
}
