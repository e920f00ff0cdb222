package arignote.backend.cuda;

import arignote.ir.EvaluationException;

/// What it means that an operation has noted an error on the device.
interface NotedError {
  /// The error.
  ///
  /// @param run whose work is done
  EvaluationException error(Run run);
}
