package arignote.rewrite.rules;

import arignote.ArignoteException;

/// A defect of rewrite rules: text that is no rule, a rule that the linter refuses, one that
/// changed a type, or rules that rewrite each other's results without end. The message names them.
public final class RuleException extends ArignoteException {
  private static final long serialVersionUID = 1L;

  public RuleException(String message) {
    super(message);
  }
}
