package arignote.ir;

import arignote.ArignoteException;
import java.util.Arrays;

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

  /// That an index of a gather or scatter is outside the axis.
  ///
  /// @param shape of what is gathered from or scattered into
  /// @param position of the index among the indices, row by row
  public static EvaluationException ofIndex(
      Apply apply, int axis, long[] shape, long[] indexShape, long position, long index) {
    long length = shape[axis];
    return of(
        apply,
        "index %d at %s of the indices is outside %s of axis %d in %s%s"
            .formatted(
                index,
                Arrays.toString(multiIndex(position, indexShape)),
                length == 0 ? "the empty range" : "0.." + (length - 1),
                axis,
                apply.operand(0).type().dtype(),
                Arrays.toString(shape).replace(" ", "")));
  }

  private static long[] multiIndex(long position, long[] shape) {
    long[] index = new long[shape.length];
    long rest = position;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis];
      rest /= shape[axis];
    }
    return index;
  }
}
