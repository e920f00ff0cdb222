package arignote.backend.cuda;

import arignote.ir.Apply;
import arignote.ir.EvaluationException;
import arignote.plan.View;

/// What a check of indices is about, for the error that it may note.
///
/// @param from what is gathered from or scattered into
record IndexCheck(Apply apply, int axis, View from, View indices) {
  /// The error of an index out of range.
  ///
  /// @param position of the index, in row-major order
  EvaluationException error(long position, long index) {
    return EvaluationException.ofIndex(
        apply, axis, from.layout().shape(), indices.layout().shape(), position, index);
  }
}
