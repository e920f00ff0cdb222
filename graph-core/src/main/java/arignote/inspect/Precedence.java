package arignote.inspect;

/// How tightly an expression holds together, the loosest first, as in the rule files: `-x ^ 2` is
/// `-(x ^ 2)`, `-x * y` is `(-x) * y`.
enum Precedence {
  COMPARISON,
  SUM,
  PRODUCT,
  NEGATION,
  POWER,
  /// A name, a number, a call, a slice: never in parentheses.
  PRIMARY;

  /// The next tighter one.
  Precedence above() {
    return values()[ordinal() + 1];
  }
}
