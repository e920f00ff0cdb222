package arignote.ir.op;

import arignote.tensor.DType;
import java.util.Locale;

/// Functions of one element. Those on floats return the correctly rounded result or one close to it
/// (the op table has the tolerances) and follow IEEE 754 for NaN, infinities and signed zeros.
public enum UnaryFn implements Named {
  /// `-x`.
  NEG(Domain.NUMERIC),
  /// `|x|`.
  ABS(Domain.NUMERIC),
  /// -1, 0 or 1; NaN of NaN, and zeros keep their sign.
  SIGN(Domain.NUMERIC),
  /// `e^x`.
  EXP(Domain.FLOAT),
  /// `e^x - 1`, exact near 0.
  EXPM1(Domain.FLOAT),
  /// Natural logarithm.
  LOG(Domain.FLOAT),
  /// `log(1 + x)`, exact near 0.
  LOG1P(Domain.FLOAT),
  SQRT(Domain.FLOAT),
  /// `1 / sqrt(x)`.
  RSQRT(Domain.FLOAT),
  /// `x * x`.
  SQUARE(Domain.NUMERIC),
  /// `1 / x`.
  RECIPROCAL(Domain.FLOAT),
  SIN(Domain.FLOAT),
  COS(Domain.FLOAT),
  TAN(Domain.FLOAT),
  ASIN(Domain.FLOAT),
  ACOS(Domain.FLOAT),
  ATAN(Domain.FLOAT),
  SINH(Domain.FLOAT),
  COSH(Domain.FLOAT),
  TANH(Domain.FLOAT),
  /// The error function, `2/sqrt(pi) * integral of exp(-t^2) from 0 to x`.
  ERF(Domain.FLOAT),
  /// `1 - erf(x)`, without cancellation for large `x`.
  ERFC(Domain.FLOAT),
  /// `1 / (1 + e^-x)`, without overflow.
  SIGMOID(Domain.FLOAT),
  /// `log(1 + e^x)`, without overflow.
  SOFTPLUS(Domain.FLOAT),
  /// `max(x, 0)`; NaN of NaN.
  RELU(Domain.NUMERIC),
  FLOOR(Domain.FLOAT),
  CEIL(Domain.FLOAT),
  /// To the nearest integer, halves to the even one.
  ROUND(Domain.FLOAT),
  ISNAN(Domain.FLOAT),
  ISINF(Domain.FLOAT),
  /// Negation of bools, bitwise complement of integers.
  NOT(Domain.BITS);

  private final Domain domain;
  private final String mnemonic = name().toLowerCase(Locale.ROOT);

  UnaryFn(Domain domain) {
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

  /// The dtype of the result: bool for the predicates, else that of the operand.
  public DType resultDtype(DType operand) {
    return this == ISNAN || this == ISINF ? DType.BOOL : operand;
  }
}
