package arignote.autodiff.testing;

/// How it was decided whether two expressions are equivalent.
public enum Verdict {
  /// They are, being the same nodes in canonical form.
  STRUCTURAL,
  /// They are not the same in canonical form, but have the same values at all points that were
  /// tried.
  NUMERIC,
  /// They are not: their types or values differ.
  DIFFERENT
}
