package arignote.autodiff;

import arignote.ir.op.CustomOp;

/// A custom op of this package that knows its way back.
sealed interface OwnVjp extends CustomOp permits GradientGate, Checkpoint {
  /// Contributes to the operands of a node with this op.
  void back(Node node);
}
