package arignote.rewrite.rules;

import arignote.ir.Dim;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.tensor.DType;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.DoublePredicate;

/// The conditions that rules can make. Where one cannot be told from the graph, it does not hold.
enum Guard {
  /// `constant(x)`: one value at every element, known now.
  CONSTANT(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return Splat.valueOf(variable(arguments, 0)).isPresent();
    }
  },
  /// `varying(x)`: not [#CONSTANT].
  VARYING(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return Splat.valueOf(variable(arguments, 0)).isEmpty();
    }
  },
  /// `uniform(x)`: one value at every element, known now or not; such a variable takes whatever
  /// shape its place on the right side needs.
  UNIFORM(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return CONSTANT.holds(arguments, facts) || Splat.scalarOf(variable(arguments, 0)).isPresent();
    }
  },
  /// `zero(c)`: the constant 0.
  ZERO(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return isConstant(arguments, value -> value == 0);
    }
  },
  /// `positive(c)`: a constant above 0.
  POSITIVE(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return isConstant(arguments, value -> value > 0);
    }
  },
  /// `negative(c)`: a constant below 0.
  NEGATIVE(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return isConstant(arguments, value -> value < 0);
    }
  },
  /// `even(c)`: a constant that is an even whole number.
  EVEN(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return isConstant(arguments, value -> value % 2 == 0);
    }
  },
  /// `whole(c)`: a constant that is a whole number, and small enough to count with.
  WHOLE(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return isConstant(arguments, value -> value % 1 == 0 && Math.abs(value) <= 0x1p20);
    }
  },
  /// `power_of_two(c)`: a float constant, the reciprocal of which is exact.
  POWER_OF_TWO(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      DType dtype = variable(arguments, 0).type().dtype();
      return dtype.isFloat()
          && isConstant(
              arguments,
              value ->
                  Math.abs(value) == Math.scalb(1.0, Math.getExponent(value))
                      && isNormal(dtype, value)
                      && isNormal(dtype, 1 / value));
    }
  },
  /// `exact_sum(c, d)`: constants whose sum is not rounded, or wraps as integers do.
  EXACT_SUM(2) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return isExactSum(arguments, constant(arguments, 0), constant(arguments, 1));
    }
  },
  /// `exact_difference(c, d)`: constants whose difference `c - d` is not rounded.
  EXACT_DIFFERENCE(2) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return isExactSum(arguments, constant(arguments, 0), -constant(arguments, 1));
    }
  },
  /// `exact_product(c, d)`: constants whose product is not rounded.
  EXACT_PRODUCT(2) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      double product = constant(arguments, 0) * constant(arguments, 1);
      DType dtype = variable(arguments, 0).type().dtype();
      return holdsExactly(dtype, product)
          && Math.fma(constant(arguments, 0), constant(arguments, 1), -product) == 0;
    }
  },
  /// `normal_product(c, d)`: constants whose product is neither 0 nor subnormal nor infinite.
  NORMAL_PRODUCT(2) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return isNormal(arguments, constant(arguments, 0) * constant(arguments, 1));
    }
  },
  /// `normal_quotient(c, d)`: float constants whose quotient `c / d` is neither 0 nor subnormal nor
  /// infinite.
  NORMAL_QUOTIENT(2) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return isNormal(arguments, constant(arguments, 0) / constant(arguments, 1));
    }
  },
  /// `float(x)`: of a float dtype.
  FLOAT(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return variable(arguments, 0).type().dtype().isFloat();
    }
  },
  /// `discrete(x)`: integers or bools, where every value equals itself.
  DISCRETE(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return !variable(arguments, 0).type().dtype().isFloat();
    }
  },
  /// `bool(x)`: of dtype bool.
  BOOL(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return variable(arguments, 0).type().dtype() == DType.BOOL;
    }
  },
  /// `finite(x)`: neither NaN nor infinite, whatever the inputs are.
  FINITE(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return facts.range(variable(arguments, 0)).finite();
    }
  },
  /// `defined(x)`: for finite inputs neither NaN nor infinite, but for overflow.
  DEFINED(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return facts.range(variable(arguments, 0)).defined();
    }
  },
  /// `nonnegative(x)`: not below 0, whatever the inputs are; a float may be NaN.
  NONNEGATIVE(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return facts.range(variable(arguments, 0)).nonnegative();
    }
  },
  /// `nonzero(x)`: for finite inputs neither 0 nor NaN, but for overflow and underflow.
  NONZERO(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      Range range = facts.range(variable(arguments, 0));
      return range.nonzero() && range.defined();
    }
  },
  /// `nonempty(x)`: with at least one element, whatever the symbols are.
  NONEMPTY(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return variable(arguments, 0).type().size().minus(1).isNonNegative();
    }
  },
  /// `sum_of_exps(x)`: sums of exponentials, or some of such sums, or copies of them.
  SUM_OF_EXPS(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return Exponentials.areSums(variable(arguments, 0));
    }
  },
  /// `shifted(x)`: something minus a maximum, so that its exponentials do not overflow.
  SHIFTED(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return Exponentials.areShifted(variable(arguments, 0));
    }
  },
  /// `divided_by_factor(x, y)`: a factor of `y` is a probability, `sigmoid(a)` or 1 less that, by
  /// which `x`, or a term of a sum in `x`, is divided.
  DIVIDED_BY_FACTOR(2) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return CancelProbability.meet(variable(arguments, 0), variable(arguments, 1), facts);
    }
  },
  /// `used_once(x)`: computed for this place only, so that it need not be computed any more.
  USED_ONCE(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return facts.uses(variable(arguments, 0)) <= 1;
    }
  },
  /// `overwritable(x)`: read at this place only, or no result of a node, so that what reads it here
  /// may be able to write over it.
  OVERWRITABLE(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      Variable variable = variable(arguments, 0);
      return !(variable instanceof Result) || facts.uses(variable) <= 1;
    }
  },
  /// `read_by_loop(x)`: by an elementwise op, a reduction or a concatenation, in whose loop it can
  /// be computed.
  READ_BY_LOOP(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return facts.isReadByLoop(variable(arguments, 0));
    }
  },
  /// `scalar(x)`: without axes.
  SCALAR(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return variable(arguments, 0).type().isScalar();
    }
  },
  /// `vector(x)`: with one axis.
  VECTOR(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return variable(arguments, 0).type().rank() == 1;
    }
  },
  /// `matrix(x)`: with two axes.
  MATRIX(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return variable(arguments, 0).type().rank() == 2;
    }
  },
  /// `same_size(x, y)`: as many elements, whatever the symbols are.
  SAME_SIZE(2) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return variable(arguments, 0).type().size().equals(variable(arguments, 1).type().size());
    }
  },
  /// `has_shape(x, s)`: of shape `s`.
  HAS_SHAPE(2) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return variable(arguments, 0).type().shape().equals(arguments.get(1));
    }
  },
  /// `has_length(x, a, n)`: with `n` elements along axis `a`.
  HAS_LENGTH(3) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      int axis = ((Long) arguments.get(1)).intValue();
      return variable(arguments, 0).type().dim(axis).equals(Attribute.dim(arguments.get(2)));
    }
  },
  /// `pads(x, s)`: a reshape of `x` to `s` puts axes of length 1 before the others.
  PADS(2) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      List<?> shape = (List<?>) arguments.get(1);
      List<Dim> own = variable(arguments, 0).type().shape();
      int added = shape.size() - own.size();
      return added >= 0
          && shape.subList(added, shape.size()).equals(own)
          && shape.subList(0, added).stream().allMatch(Dim.of(1)::equals);
    }
  },
  /// `identity(p)`: the permutation that leaves the axes where they are.
  IDENTITY(1) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      List<Long> permutation = AttributeFunction.longs(arguments.getFirst());
      return permutation.stream().sorted().toList().equals(permutation);
    }
  },
  /// `covers(a, x)`: the axes `a` are all that `x` has.
  COVERS(2) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return AttributeFunction.longs(arguments.get(0)).size()
          == variable(arguments, 1).type().rank();
    }
  },
  /// `inside(s, m, q, n)`: a slice from `s` of `m` elements with step `q` lies inside a length `n`,
  /// whatever the symbols are.
  INSIDE(4) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      Dim start = Attribute.dim(arguments.get(0));
      Dim size = Attribute.dim(arguments.get(1));
      Dim last = start.plus(size.minus(1).times((Long) arguments.get(2)));
      Dim length = Attribute.dim(arguments.get(3));
      return start.isNonNegative()
          && last.isNonNegative()
          && length.minus(1).minus(start).isNonNegative()
          && length.minus(1).minus(last).isNonNegative();
    }
  },
  /// `has_dtype(x, d)`: of dtype `d`.
  HAS_DTYPE(2) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      return variable(arguments, 0).type().dtype() == arguments.get(1);
    }
  },
  /// `holds_all(d, x)`: dtype `d` has every value of the dtype of `x`.
  HOLDS_ALL(2) {
    @Override
    boolean holds(List<Object> arguments, Facts facts) {
      DType wide = (DType) arguments.get(0);
      DType narrow = variable(arguments, 1).type().dtype();
      return switch (narrow) {
        case BOOL -> wide != DType.BOOL;
        case I32 -> wide == DType.I64 || wide == DType.F64;
        case F32 -> wide == DType.F64;
        case I64, F64 -> false;
      };
    }
  };

  private final int arity;

  Guard(int arity) {
    this.arity = arity;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  int arity() {
    return arity;
  }

  abstract boolean holds(List<Object> arguments, Facts facts);

  /// Whether it holds of tensors only that have one value at every element, the first argument
  /// being such a tensor.
  boolean impliesUniform() {
    return switch (this) {
      case CONSTANT, UNIFORM, ZERO, POSITIVE, NEGATIVE, EVEN, WHOLE, POWER_OF_TWO -> true;
      default -> false;
    };
  }

  private static Variable variable(List<Object> arguments, int index) {
    return (Variable) arguments.get(index);
  }

  /// The value of a constant; NaN if the argument is none, so that no comparison holds.
  private static double constant(List<Object> arguments, int index) {
    return Splat.valueOf(variable(arguments, index)).orElse(Double.NaN);
  }

  private static boolean isConstant(List<Object> arguments, DoublePredicate predicate) {
    OptionalDouble value = Splat.valueOf(variable(arguments, 0));
    return value.isPresent() && predicate.test(value.getAsDouble());
  }

  /// Whether a sum of constants has no rounding error: none in double precision (what two-sum
  /// finds), and none in the dtype.
  private static boolean isExactSum(List<Object> arguments, double x, double y) {
    double sum = x + y;
    double back = sum - x;
    double error = (x - (sum - back)) + (y - back);
    return error == 0 && holdsExactly(variable(arguments, 0).type().dtype(), sum);
  }

  private static boolean holdsExactly(DType dtype, double value) {
    OptionalDouble rounded = Splat.rounded(value, dtype);
    return Double.isFinite(value) && rounded.isPresent() && rounded.getAsDouble() == value;
  }

  private static boolean isNormal(List<Object> arguments, double value) {
    DType dtype = variable(arguments, 0).type().dtype();
    return dtype.isFloat() ? isNormal(dtype, value) : holdsExactly(dtype, value);
  }

  /// Whether a value can be scaled by powers of two without loss.
  private static boolean isNormal(DType dtype, double value) {
    double magnitude = Math.abs(value);
    return dtype == DType.F32
        ? magnitude >= Float.MIN_NORMAL && magnitude <= Float.MAX_VALUE
        : magnitude >= Double.MIN_NORMAL && magnitude <= Double.MAX_VALUE;
  }
}
