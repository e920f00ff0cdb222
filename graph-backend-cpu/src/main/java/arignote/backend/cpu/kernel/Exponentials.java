package arignote.backend.cpu.kernel;

import arignote.tensor.DType;

/// The exponential function and those made of it, as formulas.
///
/// All reduce `x` as Cody and Waite do (Software Manual for the Elementary Functions, 1980; Muller,
/// Elementary Functions, chapter 11): with `n` the integer nearest to `x / ln 2`,
///
///     e^x = 2^n e^r,    r = x - n ln 2,    |r| <= ln 2 / 2
///
/// The logarithm is subtracted in two parts. `n` comes of adding a number so large that the sum is
/// an integer ([FloatFormat#integers]); the sum's lowest bits, shifted to where the exponent is, are
/// the power of two.
///
/// `e^r = 1 + r + r^2 q(r)`. The coefficients are minimax, made by `elementary_functions.py` beside
/// the tests.
final class Exponentials {
  /// The coefficients of q: `(e^r - 1 - r) / r^2`.
  private static final double[] expm1OfSmallP_F32 = {
    0.5, 0.16666577756404877, 0.04166645556688309, 0.008363103494048119, 0.0013936030445620418
  };

  private static final double[] expm1OfSmallP_F64 = {
    0.5,
    0.1666666666666667,
    0.04166666666663625,
    0.008333333333324578,
    0.0013888888913479239,
    0.00019841269881084038,
    2.4801525503891082e-05,
    2.755724745258995e-06,
    2.7618516745082326e-07,
    2.5108393568188452e-08
  };

  /// `(tanh(x) / x - 1) / x^2` in powers of `x^2`, for `|x| <` [#TANH_SMALL].
  private static final double[] TANH_F32 = {
    -0.3333333134651184,
    0.13333138823509216,
    -0.05393544211983681,
    0.021658487617969513,
    -0.008202717639505863,
    0.002479325048625469,
    -0.00040254954365082085
  };

  private static final double[] TANH_F64 = {
    -0.3333333333333333,
    0.13333333333332434,
    -0.0539682539675018,
    0.02186948851118203,
    -0.008863235094648206,
    0.003592123461069662,
    -0.0014558029427870042,
    0.0005898789165976085,
    -0.00023863143394033793,
    9.570939964772106e-05,
    -3.714344295245081e-05,
    1.3148016360029978e-05,
    -3.813638592044208e-06,
    7.633134048307685e-07,
    -7.513948973222737e-08
  };

  private static final double TANH_SMALL = 0.9;

  /// `(sinh(x) / x - 1) / x^2` in powers of `x^2`, for `|x| <` [#SINH_SMALL].
  private static final double[] SINH_F32 = {
    0.1666666716337204,
    0.008333266712725163,
    0.00019855932623613626,
    2.6513014290685533e-06,
    4.8696669807668513e-08
  };

  private static final double[] SINH_F64 = {
    0.16666666666666666,
    0.008333333333333718,
    0.00019841269840996557,
    2.755731929740822e-06,
    2.505209892425943e-08,
    1.6059676558716346e-10,
    7.625661737604984e-13,
    3.1244899869239336e-15
  };

  private static final double SINH_SMALL = 1.5;

  /// No power of two has an exponent large enough for the smallest results as well as for the
  /// largest: for arguments above [#large] it is half of what is needed, for others so many times.
  private static final int SCALE = 64;

  private final Formula formula;
  private final DType dtype;
  private final FloatFormat format;

  Exponentials(StepBuilder steps, DType dtype) {
    this.formula = new Formula(steps, dtype);
    this.dtype = dtype;
    this.format = FloatFormat.of(dtype);
  }

  private double pick(double f32, double f64) {
    return dtype == DType.F32 ? f32 : f64;
  }

  private double[] pick(double[] f32, double[] f64) {
    return dtype == DType.F32 ? f32 : f64;
  }

  private double large() {
    return pick(40, 300);
  }

  /// Below it the exponential is 0.
  private double lowest() {
    return pick(-104, -746);
  }

  /// From it on the exponential is infinite.
  private double highest() {
    return pick(89, 710);
  }

  /// `x = n ln 2 + r`.
  ///
  /// @param n a float
  /// @param rest `x` less most of `n ln 2`, without error
  /// @param power two to the power of `n + offset`
  private record Reduced(int n, int rest, int r, int power) {}

  /// @param offset a value: what is added to exponents
  private Reduced reduce(int x, int offset) {
    int sum = formula.fma(x, formula.constant(1 / Math.log(2)), offset);
    int n = formula.sub(sum, offset);
    int rest = formula.fma(n, formula.constant(-format.ln2()), x);
    int r = formula.fma(n, formula.constant(-format.ln2Rest()), rest);
    return new Reduced(n, rest, r, formula.shiftLeft(sum, format.mantissa()));
  }

  /// What to add so that the lowest bits are an exponent and some more.
  private int offset(int more) {
    return formula.constant(format.integers() + format.bias() + more);
  }

  private int q(int r) {
    return formula.polynomial(r, pick(expm1OfSmallP_F32, expm1OfSmallP_F64));
  }

  /// `e^r`.
  private int expOfSmall(int r) {
    int one = formula.constant(1);
    return formula.fma(formula.fma(q(r), r, one), r, one);
  }

  /// `e^x`.
  int exp(int x) {
    int limited = formula.atMost(formula.atLeast(x, lowest()), highest());
    int large = formula.less(formula.constant(large()), limited);
    Reduced reduced = reduce(limited, formula.select(large, offset(-1), offset(SCALE)));
    int scale =
        formula.select(large, formula.constant(2), formula.constant(FloatFormat.power(-SCALE)));
    return formula.mul(formula.mul(expOfSmall(reduced.r), reduced.power), scale);
  }

  /// `e^x` of an `x` that is not above 0, the same bits for less.
  int expOfNegative(int x) {
    Reduced reduced = reduce(formula.atLeast(x, lowest()), offset(SCALE));
    return formula.mul(
        formula.mul(expOfSmall(reduced.r), reduced.power),
        formula.constant(FloatFormat.power(-SCALE)));
  }

  /// Half of `e^x` for an `x` that is not below 0.
  private int halfOfExp(int x) {
    Reduced reduced = reduce(formula.atMost(x, highest() + 1), offset(-2));
    return formula.mul(formula.mul(expOfSmall(reduced.r), reduced.power), formula.constant(2));
  }

  /// `e^x - 1 = 2^n (e^r - 1) + (2^n - 1)`, all halved lest the largest power of two overflow.
  int expm1(int x) {
    int limited = formula.atMost(formula.atLeast(x, pick(-20, -40)), highest());
    Reduced reduced = reduce(limited, offset(-1));
    int r = reduced.r;
    // What rounding took from r is added to the lesser terms.
    int lost =
        formula.fma(reduced.n, formula.constant(-format.ln2Rest()), formula.sub(reduced.rest, r));
    int terms = formula.fma(formula.mul(r, r), q(r), lost);
    int first = formula.fma(reduced.power, r, formula.sub(reduced.power, formula.constant(0.5)));
    int half = formula.fma(reduced.power, terms, first);
    int tiny = formula.less(formula.abs(x), formula.constant(format.tiny()));
    return formula.select(tiny, x, formula.add(half, half));
  }

  /// A polynomial for small `x`, `1 - 2 / (e^2|x| + 1)` with the sign of `x` for others.
  int tanh(int x) {
    int absolute = formula.abs(x);
    int limited = formula.atMost(absolute, pick(10, 20));
    Reduced reduced = reduce(formula.add(limited, limited), offset(0));
    int one = formula.constant(1);
    int r = reduced.r;
    int expm1OfRest = formula.fma(formula.mul(r, r), q(r), r);
    int expPlus1 = formula.fma(reduced.power, expm1OfRest, formula.add(reduced.power, one));
    int large = formula.sub(one, formula.div(formula.constant(2), expPlus1));
    return odd(x, absolute, TANH_SMALL, pick(TANH_F32, TANH_F64), large);
  }

  /// A polynomial for small `x`, `e^|x| / 2 - e^-|x| / 2` with the sign of `x` for others.
  int sinh(int x) {
    int absolute = formula.abs(x);
    int half = halfOfExp(absolute);
    int large = formula.sub(half, formula.div(formula.constant(0.25), half));
    return odd(x, absolute, SINH_SMALL, pick(SINH_F32, SINH_F64), large);
  }

  /// `e^|x| / 2 + e^-|x| / 2`.
  int cosh(int x) {
    int half = halfOfExp(formula.abs(x));
    return formula.add(half, formula.div(formula.constant(0.25), half));
  }

  /// `x + x^3 p(x^2)` below a limit, another value above it; both with the sign of `x`, zero too.
  private int odd(int x, int absolute, double limit, double[] coefficients, int large) {
    int square = formula.mul(x, x);
    int small = formula.fma(formula.mul(x, square), formula.polynomial(square, coefficients), x);
    int isSmall = formula.less(absolute, formula.constant(limit));
    return formula.withSignOf(formula.select(isSmall, small, large), x);
  }
}
