package arignote.backend.cuda;

import arignote.ir.Apply;
import arignote.ir.EvaluationException;
import arignote.plan.View;

/// What a check of indices is about, for the error that it may note.
///
/// @param from what is gathered from or scattered into
record IndexCheck(Apply apply, int axis, View from, View indices) implements NotedError {
  @Override
  public EvaluationException error(Run run) {
    return EvaluationException.ofIndex(
        apply,
        axis,
        from.layout().shape(),
        indices.layout().shape(),
        run.session().errorPosition(),
        run.session().errorIndex());
  }
}
