package arignote.ir.text;

import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.ir.text.IrGrammarParser.OperandContext;
import arignote.ir.text.IrGrammarParser.OperandsContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/// The names that the lines of one body can use.
final class Scope {
  private final SourceText source;
  private final boolean inner;
  private final Map<String, Variable> locals = new HashMap<>();
  private final Map<String, Shared> shared = new HashMap<>();

  /// @param inner whether this is the body of an op, which must be closed
  Scope(SourceText source, boolean inner) {
    this.source = source;
    this.inner = inner;
  }

  /// The name that a `%` or `@` token spells.
  static String nameOf(Token token) {
    return Names.unspell(token.getText().substring(1));
  }

  void define(Token local, Variable variable) {
    if (locals.putIfAbsent(key(local), variable) != null) {
      throw source.error(local, local.getText() + " is defined twice in this body");
    }
  }

  void declare(Token global, Shared variable) {
    if (shared.putIfAbsent(nameOf(global), variable) != null) {
      throw source.error(global, global.getText() + " is declared twice");
    }
  }

  List<Variable> lookUp(@Nullable OperandsContext operands) {
    return operands == null ? List.of() : lookUp(operands.operand());
  }

  List<Variable> lookUp(List<OperandContext> operands) {
    return operands.stream().map(this::lookUp).toList();
  }

  Variable lookUp(OperandContext operand) {
    Token token = operand.getStart();
    boolean local = operand.LOCAL() != null;
    Optional<Variable> variable =
        Optional.ofNullable(local ? locals.get(key(token)) : shared.get(nameOf(token)));
    return variable.orElseThrow(() ->
        source.error(
            token,
            token.getText()
                + " is not defined here"
                + (local ? localRemedy() : globalRemedy(token))));
  }

  private String localRemedy() {
    return inner ? "; a body sees only its own lines, others come in by \"with\" lines" : "";
  }

  private String globalRemedy(Token token) {
    return inner
        ? "; shared variables come into a body by \"with\" lines"
        : "; declare it by a line \"shared " + token.getText() + " : TYPE\" at the top";
  }

  /// The text behind the `%`, in its one spelling; keeps apart the result `%0` and an input of the
  /// name `0`.
  private static String key(Token local) {
    String spelling = local.getText().substring(1);
    return spelling.startsWith("\"") ? Names.spell(Names.unquote(spelling)) : spelling;
  }
}
