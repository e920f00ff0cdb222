package arignote.ir.op;

import arignote.tensor.DType;
import java.util.Locale;

/// Functions of two elements of one dtype. Integer arithmetic wraps.
public enum BinaryFn implements Named {
  ADD(Domain.NUMERIC),
  SUB(Domain.NUMERIC),
  MUL(Domain.NUMERIC),
  /// True division, on floats only.
  DIV(Domain.FLOAT),
  /// The largest integer that is not above the exact quotient, Python's `//`: `1 // 0.1` is 9, as
  /// 0.1 is a little more than a tenth, though `1 / 0.1` is rounded to 10. Integers by 0 give 0,
  /// floats `x / y`.
  FLOORDIV(Domain.NUMERIC),
  /// `x - y * floordiv(x, y)` computed exactly and rounded once, with the sign of `y`, Python's
  /// `%`. By 0 integers give 0, floats NaN.
  MOD(Domain.NUMERIC),
  /// `x^y`, as [Math#pow], so NaN where `y` is NaN, and where `x` is 1 or -1 and `y` infinite. Of
  /// integers the power wraps; a negative exponent gives `1 / x^-y` truncated: `x^-y` for 1 and -1,
  /// else 0.
  POW(Domain.NUMERIC),
  /// The smaller, NaN if either is; -0.0 is below 0.0.
  MINIMUM(Domain.NUMERIC),
  /// The larger, NaN if either is; -0.0 is below 0.0.
  MAXIMUM(Domain.NUMERIC),
  /// The angle of the point `(y, x)`, first operand `y`, in `[-pi, pi]`.
  ATAN2(Domain.FLOAT),
  /// Conjunction of bools, bitwise of integers.
  AND(Domain.BITS),
  /// Disjunction of bools, bitwise of integers.
  OR(Domain.BITS),
  /// Exclusive disjunction of bools, bitwise of integers.
  XOR(Domain.BITS);

  private final Domain domain;
  private final String mnemonic = name().toLowerCase(Locale.ROOT);

  BinaryFn(Domain domain) {
    this.domain = domain;
  }

  @Override
  public String mnemonic() {
    return mnemonic;
  }

  /// Whether operands may have this dtype.
  public boolean accepts(DType dtype) {
    return domain.contains(dtype);
  }

  /// Whether `f(x, y) = f(y, x)` for all operands.
  public boolean isCommutative() {
    return switch (this) {
      case ADD, MUL, MINIMUM, MAXIMUM, AND, OR, XOR -> true;
      case SUB, DIV, FLOORDIV, MOD, POW, ATAN2 -> false;
    };
  }
}
