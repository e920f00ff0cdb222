package arignote.backend.cpu.kernel;

import arignote.ir.op.BinaryFn;
import arignote.ir.op.CompareFn;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;

/// Formulas of one float type as steps: what `x * y + z` is in Java is `fma(x, y, z)` here. Values
/// are numbers of steps.
///
/// Every step is rounded as IEEE 754 says or handles bits, so what is computed has the same bits
/// element by element and in vectors of any length, interpreted and compiled.
final class Formula {
  private final StepBuilder steps;
  private final DType dtype;

  Formula(StepBuilder steps, DType dtype) {
    this.steps = steps;
    this.dtype = dtype;
  }

  int constant(double value) {
    return steps.literal(dtype, value);
  }

  int neg(int x) {
    return steps.value(new Step.Unary(UnaryFn.NEG, dtype, x));
  }

  int abs(int x) {
    return steps.value(new Step.Unary(UnaryFn.ABS, dtype, x));
  }

  int add(int x, int y) {
    return binary(BinaryFn.ADD, x, y);
  }

  int sub(int x, int y) {
    return binary(BinaryFn.SUB, x, y);
  }

  int mul(int x, int y) {
    return binary(BinaryFn.MUL, x, y);
  }

  int div(int x, int y) {
    return binary(BinaryFn.DIV, x, y);
  }

  private int binary(BinaryFn fn, int x, int y) {
    return steps.value(new Step.Binary(fn, dtype, x, y));
  }

  int fma(int x, int y, int z) {
    return steps.value(new Step.Fma(dtype, x, y, z));
  }

  /// `coefficients[0] + coefficients[1] x + ...` by Horner's rule.
  int polynomial(int x, double... coefficients) {
    int sum = constant(coefficients[coefficients.length - 1]);
    for (int i = coefficients.length - 2; i >= 0; i--) {
      sum = fma(sum, x, constant(coefficients[i]));
    }
    return sum;
  }

  int less(int x, int y) {
    return steps.value(new Step.Compare(CompareFn.LT, dtype, x, y));
  }

  int equal(int x, int y) {
    return steps.value(new Step.Compare(CompareFn.EQ, dtype, x, y));
  }

  int select(int condition, int x, int y) {
    return steps.value(new Step.Select(dtype, condition, x, y));
  }

  /// The smaller one of NaN, which stays, or a number, and a constant, not a zero of which `x` may
  /// be the other one.
  int atMost(int x, double limit) {
    int constant = constant(limit);
    return select(less(constant, x), constant, x);
  }

  /// The larger one, likewise.
  int atLeast(int x, double limit) {
    int constant = constant(limit);
    return select(less(x, constant), constant, x);
  }

  /// The sum of the bits as integers.
  int addBits(int x, int y) {
    return bits(Step.BitsFn.ADD, x, y);
  }

  int subBits(int x, int y) {
    return bits(Step.BitsFn.SUB, x, y);
  }

  int andBits(int x, int y) {
    return bits(Step.BitsFn.AND, x, y);
  }

  int orBits(int x, int y) {
    return bits(Step.BitsFn.OR, x, y);
  }

  private int bits(Step.BitsFn fn, int x, int y) {
    return steps.value(new Step.Bits(fn, dtype, x, y));
  }

  int shiftLeft(int x, int bits) {
    return steps.value(new Step.Shift(dtype, x, bits));
  }

  /// Repeats the sign.
  int shiftRight(int x, int bits) {
    return steps.value(new Step.Shift(dtype, x, -bits));
  }

  /// `x`, not negative but by its own sign, with the sign of another value.
  int withSignOf(int x, int sign) {
    return orBits(x, andBits(sign, constant(-0.0)));
  }
}
