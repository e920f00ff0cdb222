package arignote.rewrite.rules;

import arignote.ir.Variable;

/// How often variables are used, as far as the rewriting has come.
interface Uses {
  /// The number of operands and outputs that a variable is.
  int of(Variable variable);
}
