package arignote.backend.cpu.kernel;

import arignote.tensor.DType;

/// Integers near a float as formulas: adding `2^m` to a number below it, and taking that away
/// again, leaves no bits for a fraction, where `m` bits of the significand are stored. Floats from
/// there on are integers. Signs stay, of zeros too; NaN stays.
final class Rounding {
  private final Formula formula;
  private final FloatFormat format;

  Rounding(StepBuilder steps, DType dtype) {
    this.formula = new Formula(steps, dtype);
    this.format = FloatFormat.of(dtype);
  }

  /// The nearest integer, of two the even one.
  int round(int x) {
    int absolute = formula.abs(x);
    int integers = formula.constant(FloatFormat.power(format.mantissa()));
    int rounded = formula.sub(formula.add(absolute, integers), integers);
    return formula.select(formula.less(absolute, integers), formula.withSignOf(rounded, x), x);
  }

  /// The largest integer that is not larger.
  int floor(int x) {
    int rounded = round(x);
    int lower = formula.sub(rounded, formula.constant(1));
    int floor = formula.select(formula.less(x, rounded), lower, rounded);
    return formula.withSignOf(floor, x);
  }

  /// The smallest integer that is not smaller.
  int ceil(int x) {
    int rounded = round(x);
    int higher = formula.add(rounded, formula.constant(1));
    int ceil = formula.select(formula.less(rounded, x), higher, rounded);
    return formula.withSignOf(ceil, x);
  }
}
