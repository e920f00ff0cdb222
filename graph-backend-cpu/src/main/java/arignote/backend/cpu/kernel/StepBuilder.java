package arignote.backend.cpu.kernel;

import arignote.ir.op.BinaryFn;
import arignote.ir.op.CompareFn;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Makes the steps of a loop, equal ones once, composite functions out of simple ones.
///
/// What remains for bytecode: on floats no `sign square reciprocal rsqrt sigmoid softplus relu
/// isnan isinf`, on integers no `square relu`, no comparison or selection of bools, no cast to the
/// same dtype.
public final class StepBuilder {
  private final List<Operand> operands;
  private final List<Step> steps = new ArrayList<>();
  private final Map<Step, Integer> known = new HashMap<>();

  /// @param operands of the loop, the values 0, 1, ...
  public StepBuilder(List<Operand> operands) {
    this.operands = List.copyOf(operands);
  }

  /// The loop of all steps made so far.
  public Loop loop(List<Integer> outputs) {
    return new Loop(operands, steps, outputs);
  }

  /// The value of a step, which is made if it is new.
  public int value(Step step) {
    return known.computeIfAbsent(
        step,
        made -> {
          steps.add(made);
          return operands.size() + steps.size() - 1;
        });
  }

  public int literal(DType dtype, double value) {
    return value(Step.Literal.of(dtype, value));
  }

  /// The value of a function of one value.
  public int unary(UnaryFn fn, DType dtype, int x) {
    return switch (fn) {
      case SIGN -> dtype.isFloat() ? sign(dtype, x) : simple(fn, dtype, x);
      case SQUARE -> simple(BinaryFn.MUL, dtype, x, x);
      case RELU -> simple(BinaryFn.MAXIMUM, dtype, x, literal(dtype, 0));
      case RECIPROCAL -> simple(BinaryFn.DIV, dtype, literal(dtype, 1), x);
      case RSQRT -> simple(BinaryFn.DIV, dtype, literal(dtype, 1), simple(UnaryFn.SQRT, dtype, x));
      case SIGMOID -> sigmoid(dtype, x);
      case SOFTPLUS -> softplus(dtype, x);
      case ISNAN -> value(new Step.Compare(CompareFn.NE, dtype, x, x));
      case ISINF ->
          value(
              equal(
                  dtype, simple(UnaryFn.ABS, dtype, x), literal(dtype, Double.POSITIVE_INFINITY)));
      case NEG,
          ABS,
          EXP,
          EXPM1,
          LOG,
          LOG1P,
          SQRT,
          SIN,
          COS,
          TAN,
          ASIN,
          ACOS,
          ATAN,
          SINH,
          COSH,
          TANH,
          ERF,
          ERFC,
          FLOOR,
          CEIL,
          ROUND,
          NOT ->
          simple(fn, dtype, x);
    };
  }

  /// The value of a function of two values.
  public int binary(BinaryFn fn, DType dtype, int x, int y) {
    return simple(fn, dtype, x, y);
  }

  /// The value of a comparison; of bools, false is below true.
  public int compare(CompareFn fn, DType compared, int x, int y) {
    if (compared != DType.BOOL) {
      return value(new Step.Compare(fn, compared, x, y));
    }
    return switch (fn) {
      case EQ -> not(bools(BinaryFn.XOR, x, y));
      case NE -> bools(BinaryFn.XOR, x, y);
      case LT -> bools(BinaryFn.AND, not(x), y);
      case LE -> bools(BinaryFn.OR, not(x), y);
      case GT -> bools(BinaryFn.AND, x, not(y));
      case GE -> bools(BinaryFn.OR, x, not(y));
    };
  }

  /// The value of a selection.
  public int select(DType dtype, int condition, int x, int y) {
    if (dtype != DType.BOOL) {
      return value(new Step.Select(dtype, condition, x, y));
    }
    return bools(
        BinaryFn.OR, bools(BinaryFn.AND, condition, x), bools(BinaryFn.AND, not(condition), y));
  }

  /// The value of a conversion; the value itself where the dtype stays.
  public int cast(DType from, DType to, int x) {
    return from == to ? x : value(new Step.Cast(from, to, x));
  }

  private int simple(UnaryFn fn, DType dtype, int x) {
    return value(new Step.Unary(fn, dtype, x));
  }

  private int simple(BinaryFn fn, DType dtype, int x, int y) {
    return value(new Step.Binary(fn, dtype, x, y));
  }

  private int bools(BinaryFn fn, int x, int y) {
    return simple(fn, DType.BOOL, x, y);
  }

  private int not(int x) {
    return simple(UnaryFn.NOT, DType.BOOL, x);
  }

  /// Neither comparison holds for NaN and zeros, which stay what they are.
  private int sign(DType dtype, int x) {
    int zero = literal(dtype, 0);
    int positive = value(new Step.Compare(CompareFn.GT, dtype, x, zero));
    int negative = value(new Step.Compare(CompareFn.LT, dtype, x, zero));
    int notPositive = value(new Step.Select(dtype, negative, literal(dtype, -1), x));
    return value(new Step.Select(dtype, positive, literal(dtype, 1), notPositive));
  }

  /// `1 / (1 + e^-x)` for positive `x`, `e^x / (1 + e^x)` else: the exponential never overflows.
  private int sigmoid(DType dtype, int x) {
    int one = literal(dtype, 1);
    int small = exponentialOfMinusAbsolute(dtype, x);
    int positive = value(new Step.Compare(CompareFn.GE, dtype, x, literal(dtype, 0)));
    int numerator = value(new Step.Select(dtype, positive, one, small));
    return simple(BinaryFn.DIV, dtype, numerator, simple(BinaryFn.ADD, dtype, one, small));
  }

  /// `max(x, 0) + log1p(e^-|x|)`: the exponential never overflows.
  private int softplus(DType dtype, int x) {
    int above = simple(BinaryFn.MAXIMUM, dtype, x, literal(dtype, 0));
    int rest = simple(UnaryFn.LOG1P, dtype, exponentialOfMinusAbsolute(dtype, x));
    return simple(BinaryFn.ADD, dtype, above, rest);
  }

  private static Step equal(DType dtype, int x, int y) {
    return new Step.Compare(CompareFn.EQ, dtype, x, y);
  }

  private int exponentialOfMinusAbsolute(DType dtype, int x) {
    int absolute = simple(UnaryFn.ABS, dtype, x);
    return simple(UnaryFn.EXP, dtype, simple(UnaryFn.NEG, dtype, absolute));
  }
}
