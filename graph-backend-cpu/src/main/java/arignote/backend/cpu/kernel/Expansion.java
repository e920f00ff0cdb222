package arignote.backend.cpu.kernel;

import arignote.ir.op.BinaryFn;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// Writes steps as those that a processor has instructions for: exponentials and logarithms as
/// polynomials ([Exponentials], [Logarithms]), integers near a number as sums ([Rounding]), the
/// larger of a number and a constant as a comparison and a selection. What remains for bytecode are
/// arithmetic, comparisons, selections, bits, and calls of functions that nobody needs fast.
public final class Expansion {
  private final Loop loop;
  private final StepBuilder steps;
  private final int[] values;

  private Expansion(Loop loop) {
    this.loop = loop;
    this.steps = new StepBuilder(loop.operands());
    this.values = new int[loop.operands().size() + loop.steps().size()];
  }

  /// The same loop in simple steps.
  public static Loop of(Loop loop) {
    return new Expansion(loop).expand();
  }

  /// How many simple steps a step is, as a rule.
  static int size(Step step) {
    return switch (step) {
      case Step.Unary(UnaryFn fn, DType dtype, _) when isFormula(fn, dtype) -> {
        StepBuilder steps = new StepBuilder(List.of(new Operand.Memory(dtype)));
        int result = formula(steps, fn, dtype, 0);
        // Constants are there before the loop.
        yield (int)
            steps.loop(List.of(result)).steps().stream()
                .filter(made -> !(made instanceof Step.Literal))
                .count();
      }
      case Step.Literal _,
          Step.Unary _,
          Step.Binary _,
          Step.Compare _,
          Step.Select _,
          Step.Cast _,
          Step.Fma _,
          Step.Bits _,
          Step.Shift _ ->
          1;
    };
  }

  private Loop expand() {
    int operands = loop.operands().size();
    for (int i = 0; i < values.length; i++) {
      values[i] = i < operands ? i : expand(loop.steps().get(i - operands));
    }
    return steps.loop(loop.outputs().stream().map(output -> values[output]).toList());
  }

  private int expand(Step step) {
    Step moved =
        step.withArguments(step.arguments().stream().map(argument -> values[argument]).toList());
    return switch (step) {
      case Step.Unary(UnaryFn fn, DType dtype, int x) when isFormula(fn, dtype) ->
          fn == UnaryFn.EXP && isNegative(x)
              ? new Exponentials(steps, dtype).expOfNegative(values[x])
              : formula(steps, fn, dtype, values[x]);
      case Step.Binary(BinaryFn fn, DType dtype, int x, int y)
          when dtype.isFloat() && (fn == BinaryFn.MINIMUM || fn == BinaryFn.MAXIMUM) -> {
        OptionalDouble left = limit(fn, x);
        OptionalDouble right = limit(fn, y);
        if (right.isPresent()) {
          yield limited(fn, dtype, values[x], right.getAsDouble());
        }
        yield left.isPresent()
            ? limited(fn, dtype, values[y], left.getAsDouble())
            : steps.value(moved);
      }
      case Step.Literal _,
          Step.Unary _,
          Step.Binary _,
          Step.Compare _,
          Step.Select _,
          Step.Cast _,
          Step.Fma _,
          Step.Bits _,
          Step.Shift _ ->
          steps.value(moved);
    };
  }

  private static boolean isFormula(UnaryFn fn, DType dtype) {
    return dtype.isFloat()
        && switch (fn) {
          case EXP, EXPM1, LOG, LOG1P, SINH, COSH, TANH, FLOOR, CEIL, ROUND -> true;
          default -> false;
        };
  }

  private static int formula(StepBuilder steps, UnaryFn fn, DType dtype, int x) {
    return switch (fn) {
      case EXP -> new Exponentials(steps, dtype).exp(x);
      case EXPM1 -> new Exponentials(steps, dtype).expm1(x);
      case SINH -> new Exponentials(steps, dtype).sinh(x);
      case COSH -> new Exponentials(steps, dtype).cosh(x);
      case TANH -> new Exponentials(steps, dtype).tanh(x);
      case LOG -> new Logarithms(steps, dtype).log(x);
      case LOG1P -> new Logarithms(steps, dtype).log1p(x);
      case FLOOR -> new Rounding(steps, dtype).floor(x);
      case CEIL -> new Rounding(steps, dtype).ceil(x);
      case ROUND -> new Rounding(steps, dtype).round(x);
      default -> throw new IllegalArgumentException(fn + " has no formula");
    };
  }

  private @Nullable Step step(int value) {
    int operands = loop.operands().size();
    return value < operands ? null : loop.steps().get(value - operands);
  }

  /// Whether a value is `-|x|`, as in sigmoid and softplus.
  private boolean isNegative(int value) {
    return step(value) instanceof Step.Unary(UnaryFn fn, _, int x)
        && fn == UnaryFn.NEG
        && step(x) instanceof Step.Unary(UnaryFn inner, _, _)
        && inner == UnaryFn.ABS;
  }

  /// The number that a value always is, if comparing with it is all there is to do.
  private OptionalDouble limit(BinaryFn fn, int value) {
    if (step(value) instanceof Step.Literal literal) {
      double number = literal.asDouble();
      boolean smallerZero =
          fn == BinaryFn.MINIMUM && Double.doubleToRawLongBits(number) == Long.MIN_VALUE;
      if (!Double.isNaN(number) && !smallerZero) {
        return OptionalDouble.of(number);
      }
    }
    return OptionalDouble.empty();
  }

  /// The larger or smaller of a value and a number; NaN stays. Where the larger one of zeros is
  /// looked for, of which a comparison knows nothing, a sum does it: `-0.0 + 0.0` is `0.0`.
  private int limited(BinaryFn fn, DType dtype, int x, double limit) {
    Formula formula = new Formula(steps, dtype);
    int constant = formula.constant(limit);
    boolean smaller = fn == BinaryFn.MINIMUM;
    int chosen =
        formula.select(
            smaller ? formula.less(constant, x) : formula.less(x, constant), constant, x);
    boolean largerZero = !smaller && Double.doubleToRawLongBits(limit) == 0;
    return largerZero ? formula.add(chosen, constant) : chosen;
  }
}
