package arignote.runtime;

/// How much a function is optimised, and what runs it.
public enum Mode {
  /// All passes, then the device's backend.
  FAST_RUN,
  /// Only the passes that pay at once, then the device's backend.
  FAST_COMPILE,
  /// As [#FAST_RUN], and after each call every node is computed once more by the reference: the
  /// first that differs ends the call. Slow.
  DEBUG,
  /// As [#FAST_RUN], and a call whose results or updates are not finite ends with an error that
  /// names the op that made the first NaN or infinity; nothing is updated.
  NAN_GUARD,
  /// No passes; the reference interpreter, which defines what every op means. Slow.
  REFERENCE
}
