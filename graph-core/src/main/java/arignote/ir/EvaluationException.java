package arignote.ir;

import arignote.ArignoteException;

/// An op that cannot compute its result for the values it meets in a call, such as an index out of
/// range or the largest of no elements. The message names the op, the value, the types and the
/// user's source line of the node.
public final class EvaluationException extends ArignoteException {
  private static final long serialVersionUID = 1L;

  public EvaluationException(String message) {
    super(message);
  }

  /// What `apply` cannot do, `gather: index 7 is outside 0..4 in f32[5,3]; operands: table and
  /// words (Model.java:41)`.
  public static EvaluationException of(Apply apply, String problem) {
    return new EvaluationException(
        OperandNames.added(apply.op().mnemonic() + ": " + problem, apply.operands(), apply.site())
            + " ("
            + apply.site()
            + ")");
  }
}
