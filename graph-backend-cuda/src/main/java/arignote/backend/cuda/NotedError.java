package arignote.backend.cuda;

import arignote.ir.EvaluationException;

/// What it means that an operation has noted an error on the device.
interface NotedError {
  /// The error.
  ///
  /// @param session whose stream has done all work
  EvaluationException error(Session session);
}
