package arignote.backend.cuda;

import arignote.backend.cuda.kernel.View;
import arignote.ir.Apply;
import arignote.ir.EvaluationException;
import java.util.Arrays;

/// What a check of indices is about, for the error that it may note.
///
/// @param from what is gathered from or scattered into
record IndexCheck(Apply apply, int axis, View from, View indices) implements NotedError {
  @Override
  public EvaluationException error(Session session) {
    long length = from.layout().dim(axis);
    return EvaluationException.of(
        apply,
        "index %d at %s of the indices is outside %s of axis %d in %s"
            .formatted(
                session.errorIndex(),
                Arrays.toString(multiIndex(session.errorPosition())),
                length == 0 ? "the empty range" : "0.." + (length - 1),
                axis,
                from.type()));
  }

  private long[] multiIndex(long position) {
    long[] shape = indices.layout().shape();
    long[] index = new long[shape.length];
    long rest = position;
    for (int i = index.length - 1; i >= 0; i--) {
      index[i] = rest % shape[i];
      rest /= shape[i];
    }
    return index;
  }
}
