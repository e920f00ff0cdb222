package arignote.runtime;

/// How much a function is optimised, and what runs it.
public enum Mode {
  /// All passes, then the device's backend.
  FAST_RUN,
  /// Only the passes that pay at once, then the device's backend.
  FAST_COMPILE,
  /// No passes; the reference interpreter, which defines what every op means. Slow.
  REFERENCE
}
