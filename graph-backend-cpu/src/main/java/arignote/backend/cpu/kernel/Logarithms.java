package arignote.backend.cpu.kernel;

import arignote.tensor.DType;

/// Logarithms as formulas. Both write their argument, `x` or `1 + x`, as `2^k (1 + f)` with `1 + f`
/// between the root of a half and that of two:
///
///     log x = k ln 2 + log(1 + f)
///
/// For `f32` `log(1 + f) = f - f^2/2 + f^3 p(f)`. For `f64`, as in fdlibm, with `s = f / (2 + f)` it is
/// `log((1 + s) / (1 - s)) = 2 s + s^3 p(s^2)`, rewritten as `f - (f^2/2 - s (f^2/2 + s^2 p(s^2)))`, the
/// largest term of which has no error. The coefficients are minimax, made by `elementary_functions.py`
/// beside the tests.
final class Logarithms {
  /// `(log(1 + f) - f + f^2/2) / f^3`.
  private static final double[] F32 = {
    0.3333333134651184,
    -0.24999980628490448,
    0.20000679790973663,
    -0.1666918247938156,
    0.14251373708248138,
    -0.12396208941936493,
    0.11632409691810608,
    -0.11662211269140244,
    0.07340718805789948
  };

  /// `(log((1 + s) / (1 - s)) - 2 s) / s^3` in powers of `s^2`.
  private static final double[] F64 = {
    0.666666666666667,
    0.39999999999899044,
    0.28571428626336814,
    0.2222221106842191,
    0.18182894129985672,
    0.15331554252762528,
    0.1461850638524373
  };

  private final Formula formula;
  private final DType dtype;
  private final FloatFormat format;

  Logarithms(StepBuilder steps, DType dtype) {
    this.formula = new Formula(steps, dtype);
    this.dtype = dtype;
    this.format = FloatFormat.of(dtype);
  }

  /// The bits of a power of two, `2^k` times, that is: `k`, where the exponent is.
  ///
  /// @param x positive and normal
  private int exponent(int x) {
    int above = formula.subBits(x, formula.constant(Math.sqrt(0.5)));
    // The bits of minus infinity are those of sign and exponent.
    return formula.andBits(above, formula.constant(Double.NEGATIVE_INFINITY));
  }

  /// @param integers [FloatFormat#integers], and what is to be subtracted from `k`
  private int k(int exponent, int integers) {
    int number = formula.shiftRight(exponent, format.mantissa());
    return formula.sub(formula.addBits(number, formula.constant(format.integers())), integers);
  }

  /// `k ln 2 + log(1 + f)`.
  ///
  /// @param more what is to be added to `f`, little as it is
  private int sum(int k, int f, int more) {
    // The sum of the two largest terms, and what it lacks.
    int ln2 = formula.constant(format.ln2());
    int high = formula.fma(k, ln2, f);
    int low = formula.add(formula.fma(k, ln2, formula.neg(high)), f);
    int rest = formula.fma(k, formula.constant(format.ln2Rest()), more);
    return formula.add(high, formula.add(low, formula.add(terms(f), rest)));
  }

  /// `log(1 + f) - f`.
  private int terms(int f) {
    int square = formula.mul(f, f);
    if (dtype == DType.F32) {
      int terms = formula.fma(formula.polynomial(f, F32), f, formula.constant(-0.5));
      return formula.mul(terms, square);
    }
    int s = formula.div(f, formula.add(formula.constant(2), f));
    int z = formula.mul(s, s);
    int half = formula.mul(square, formula.constant(0.5));
    return formula.sub(formula.mul(s, formula.fma(z, formula.polynomial(z, F64), half)), half);
  }

  /// The logarithm of `x`.
  int log(int x) {
    int subnormal = formula.less(x, formula.constant(format.smallestNormal()));
    int more = format.mantissa() + 1;
    int normal =
        formula.select(subnormal, formula.mul(x, formula.constant(FloatFormat.power(more))), x);
    int exponent = exponent(normal);
    int integers =
        formula.select(
            subnormal,
            formula.constant(format.integers() + more),
            formula.constant(format.integers()));
    int f = formula.sub(formula.subBits(normal, exponent), formula.constant(1));
    return atEdges(x, 0, sum(k(exponent, integers), f, formula.constant(0)));
  }

  /// The logarithm of `1 + x`. That sum decides on `k`; `f = 2^-k x + (2^-k - 1)` is rounded once,
  /// and what that takes from it is added at the end.
  int log1p(int x) {
    int exponent = exponent(formula.add(formula.constant(1), x));
    // 2^-k is no normal number for the largest k; four times it is.
    int power = formula.subBits(formula.constant(4), exponent);
    int quarter = formula.constant(0.25);
    int scaled = formula.mul(x, quarter);
    int powerMinus1 = formula.fma(power, quarter, formula.constant(-1));
    int f = formula.fma(scaled, power, powerMinus1);
    int rounding = formula.fma(scaled, power, formula.sub(powerMinus1, f));
    int sum = sum(k(exponent, formula.constant(format.integers())), f, rounding);
    int tiny = formula.less(formula.abs(x), formula.constant(format.tiny()));
    return formula.select(tiny, x, atEdges(x, -1, sum));
  }

  /// Minus infinity at the pole, NaN below it, infinity and NaN as they are.
  private int atEdges(int x, double pole, int otherwise) {
    int at = formula.constant(pole);
    int outside =
        formula.select(
            formula.equal(x, at),
            formula.constant(Double.NEGATIVE_INFINITY),
            formula.constant(Double.NaN));
    int inside = formula.select(formula.less(at, x), otherwise, outside);
    return formula.select(formula.less(x, formula.constant(Double.POSITIVE_INFINITY)), inside, x);
  }
}
