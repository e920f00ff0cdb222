package arignote.tensor;

/// Scalar functions in double precision that Java's libraries lack: the definition of the ops of the
/// same names, for whoever computes them one by one.
///
/// The error function, with an error below 2 units in the last place, uses two polynomials:
///
///     |x| < 0.65:  erf(x)  = x + x * p(x^2)
///     x >= 0.65:   erfc(x) = e^(-x^2) / x * q((x - 2) / (x + 2))
///
/// and for the rest `erf(-x) = -erf(x)` and `erfc(x) = 1 - erf(x)`. The substitution of the second is
/// that of Shepherd and Laframboise (Chebyshev Approximation of (1+2x)exp(x^2)erfc x, Mathematics of
/// Computation 36, 1981). The coefficients are made by `special_functions.py` beside the tests.
public final class SpecialFunctions {
  private static final double SMALL = 0.65;
  private static final double CENTRE = 2;

  /// From here on erfc, below half of the smallest double, is 0.
  private static final double LARGEST = 28;

  /// From here on the nearest double to erf is 1.
  private static final double SATURATED = 6;

  /// The coefficients of p, from the constant one on.
  private static final double[] NEAR_ZERO = {
    0.1283791670955126,
    -0.3761263890318375,
    0.11283791670954922,
    -0.026866170645055833,
    0.005223977624011282,
    -0.0008548326864938173,
    0.0001205532202098794,
    -1.4925162650006643e-5,
    1.644812562737759e-6,
    -1.6114976987186543e-7,
    1.2220982889794602e-8
  };

  /// The coefficients of q, from the constant one on.
  private static final double[] TAIL = {
    0.5107913526210115,
    0.1672110104141062,
    -0.20384429592887784,
    0.12151493052458893,
    -0.028976446698191324,
    -0.007515738410946291,
    0.0047848985638415395,
    0.0011266580007026211,
    -0.0007501847916982209,
    -0.00031435107608569155,
    8.942118907601564e-5,
    8.931025674372063e-5,
    6.2255066428860965e-6,
    -1.8911350952871723e-5,
    -8.617954589066355e-6,
    1.2697990711613333e-6,
    2.798794658304789e-6,
    9.809857812219273e-7,
    -2.13051578966891e-7,
    -4.4504595112727454e-7,
    -2.838144752309289e-7,
    1.2093769223594967e-7,
    1.6337821724852996e-7,
    -6.930177372138931e-8
  };

  /// What the first coefficient of q loses by being a double.
  private static final double TAIL_REST = -8.595494534825781e-18;

  private static final double LN2_HIGH = 0x1.62e42feep-1;
  private static final double LN2_LOW = 0x1.a39ef35793c76p-33;

  private SpecialFunctions() {}

  /// The error function, `2/sqrt(pi) * integral of exp(-t^2) from 0 to x`.
  public static double erf(double x) {
    double magnitude = Math.abs(x);
    if (magnitude < SMALL) {
      return x + x * polynomial(NEAR_ZERO, x * x);
    }
    if (magnitude >= SATURATED) {
      return Math.signum(x);
    }
    return Math.copySign(1 - tail(magnitude), x);
  }

  /// `1 - erf(x)`, without cancellation for large `x`.
  public static double erfc(double x) {
    double magnitude = Math.abs(x);
    if (magnitude < SMALL) {
      // Near 0.65 the difference is small: 0.5 - x is exact there, and keeps its bits.
      double rest = x * polynomial(NEAR_ZERO, x * x);
      return x < 0.25 ? 1 - (x + rest) : 0.5 + ((0.5 - x) - rest);
    }
    if (magnitude >= SATURATED && x < 0) {
      return 2;
    }
    if (magnitude >= LARGEST) {
      return 0;
    }
    double tail = tail(magnitude);
    return x < 0 ? 2 - tail : tail;
  }

  /// `erfc(x)` for `0.65 <= x < 28`, and NaN of NaN. Each rounding that would reach the last place
  /// of the result is computed (by fused multiply-add) and put right.
  private static double tail(double x) {
    double t = (x - CENTRE) / (x + CENTRE);
    double slope = 0;
    for (int i = TAIL.length - 1; i > 0; i--) {
      slope = slope * t + TAIL[i];
    }
    double q = TAIL[0] + slope * t;
    double qRest = slope * t - (q - TAIL[0]) + TAIL_REST;
    double scaled = q / x;
    double scaledRest = (Math.fma(-scaled, x, q) + qRest) / x;

    double square = x * x;
    double squareRest = Math.fma(x, x, -square);
    double halvings = Math.rint(square / Math.log(2));
    double exponent = Math.fma(halvings, LN2_HIGH, -square);
    double exponentRest = halvings * LN2_LOW - squareRest;
    double growth = StrictMath.expm1(exponent + exponentRest);
    double mantissa = scaled + (scaled * growth + scaledRest * (1 + growth));
    return Double.isNaN(x) ? x : Math.scalb(mantissa, -(int) halvings);
  }

  private static double polynomial(double[] coefficients, double x) {
    double value = 0;
    for (int i = coefficients.length - 1; i >= 0; i--) {
      value = value * x + coefficients[i];
    }
    return value;
  }

  /// The logistic function `1 / (1 + e^-x)`, without overflow.
  public static double sigmoid(double x) {
    if (x >= 0) {
      return 1 / (1 + StrictMath.exp(-x));
    }
    double power = StrictMath.exp(x);
    return power / (1 + power);
  }

  /// `log(1 + e^x)`, without overflow.
  public static double softplus(double x) {
    return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
  }
}
