package arignote.runtime;

/// What to do about an input that no output and no update depends on: Theano's `on_unused_input`.
public enum UnusedInput {
  /// Refuse to compile, since it is usually a mistake.
  ERROR,
  /// Say so once, when the function is compiled.
  WARN,
  IGNORE
}
