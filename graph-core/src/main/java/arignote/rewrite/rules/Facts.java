package arignote.rewrite.rules;

import arignote.ir.Variable;

/// What is known about the variables of a graph, as far as the rewriting has come.
interface Facts {
  /// The number of operands and outputs that a variable is.
  int uses(Variable variable);

  /// Whether an elementwise op, a reduction or a concatenation reads a variable, in whose loop it
  /// can be computed if it is elementwise itself.
  boolean isReadByLoop(Variable variable);

  /// What its elements can be.
  Range range(Variable variable);
}
