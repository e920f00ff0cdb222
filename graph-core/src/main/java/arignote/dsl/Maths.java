package arignote.dsl;

import static arignote.dsl.Promotion.apply;

import arignote.ir.Dim;
import arignote.ir.Site;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.ir.op.ArgReduce;
import arignote.ir.op.ArgReduceFn;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Compare;
import arignote.ir.op.CompareFn;
import arignote.ir.op.Cumulate;
import arignote.ir.op.CumulateFn;
import arignote.ir.op.Dot;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Select;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Mathematics on variables: elementwise functions, comparisons, reductions, products of matrices.
///
/// Operands are broadcast by NumPy's rules and promoted to a common dtype; a literal takes the
/// dtype of the variable beside it. Functions that need floats turn integers into `floatX`. Every
/// method throws [TypeException] when the types do not fit; axes may count from the end.
public final class Maths {
  private Maths() {}

  /// `-x`.
  public static Variable neg(Variable x) {
    return apply(new Unary(UnaryFn.NEG), x);
  }

  /// `|x|`.
  public static Variable abs(Variable x) {
    return apply(new Unary(UnaryFn.ABS), x);
  }

  /// -1, 0 or 1 by the sign of each element.
  public static Variable sign(Variable x) {
    return apply(new Unary(UnaryFn.SIGN), x);
  }

  /// `x * x`.
  public static Variable square(Variable x) {
    return apply(new Unary(UnaryFn.SQUARE), x);
  }

  /// `max(x, 0)`.
  public static Variable relu(Variable x) {
    return apply(new Unary(UnaryFn.RELU), x);
  }

  /// `e^x`.
  public static Variable exp(Variable x) {
    return apply(new Unary(UnaryFn.EXP), Promotion.toFloat(x));
  }

  /// `e^x - 1`, exact near 0.
  public static Variable expm1(Variable x) {
    return apply(new Unary(UnaryFn.EXPM1), Promotion.toFloat(x));
  }

  /// Natural logarithm.
  public static Variable log(Variable x) {
    return apply(new Unary(UnaryFn.LOG), Promotion.toFloat(x));
  }

  /// `log(1 + x)`, exact near 0.
  public static Variable log1p(Variable x) {
    return apply(new Unary(UnaryFn.LOG1P), Promotion.toFloat(x));
  }

  /// Square root.
  public static Variable sqrt(Variable x) {
    return apply(new Unary(UnaryFn.SQRT), Promotion.toFloat(x));
  }

  /// `1 / sqrt(x)`.
  public static Variable rsqrt(Variable x) {
    return apply(new Unary(UnaryFn.RSQRT), Promotion.toFloat(x));
  }

  /// `1 / x`.
  public static Variable reciprocal(Variable x) {
    return apply(new Unary(UnaryFn.RECIPROCAL), Promotion.toFloat(x));
  }

  /// Sine.
  public static Variable sin(Variable x) {
    return apply(new Unary(UnaryFn.SIN), Promotion.toFloat(x));
  }

  /// Cosine.
  public static Variable cos(Variable x) {
    return apply(new Unary(UnaryFn.COS), Promotion.toFloat(x));
  }

  /// Tangent.
  public static Variable tan(Variable x) {
    return apply(new Unary(UnaryFn.TAN), Promotion.toFloat(x));
  }

  /// Inverse sine.
  public static Variable asin(Variable x) {
    return apply(new Unary(UnaryFn.ASIN), Promotion.toFloat(x));
  }

  /// Inverse cosine.
  public static Variable acos(Variable x) {
    return apply(new Unary(UnaryFn.ACOS), Promotion.toFloat(x));
  }

  /// Inverse tangent.
  public static Variable atan(Variable x) {
    return apply(new Unary(UnaryFn.ATAN), Promotion.toFloat(x));
  }

  /// Hyperbolic sine.
  public static Variable sinh(Variable x) {
    return apply(new Unary(UnaryFn.SINH), Promotion.toFloat(x));
  }

  /// Hyperbolic cosine.
  public static Variable cosh(Variable x) {
    return apply(new Unary(UnaryFn.COSH), Promotion.toFloat(x));
  }

  /// Hyperbolic tangent.
  public static Variable tanh(Variable x) {
    return apply(new Unary(UnaryFn.TANH), Promotion.toFloat(x));
  }

  /// The error function.
  public static Variable erf(Variable x) {
    return apply(new Unary(UnaryFn.ERF), Promotion.toFloat(x));
  }

  /// `1 - erf(x)`, without cancellation.
  public static Variable erfc(Variable x) {
    return apply(new Unary(UnaryFn.ERFC), Promotion.toFloat(x));
  }

  /// `1 / (1 + e^-x)`.
  public static Variable sigmoid(Variable x) {
    return apply(new Unary(UnaryFn.SIGMOID), Promotion.toFloat(x));
  }

  /// `log(1 + e^x)`.
  public static Variable softplus(Variable x) {
    return apply(new Unary(UnaryFn.SOFTPLUS), Promotion.toFloat(x));
  }

  /// The largest integer not above.
  public static Variable floor(Variable x) {
    return apply(new Unary(UnaryFn.FLOOR), Promotion.toFloat(x));
  }

  /// The smallest integer not below.
  public static Variable ceil(Variable x) {
    return apply(new Unary(UnaryFn.CEIL), Promotion.toFloat(x));
  }

  /// The nearest integer, halves to even.
  public static Variable round(Variable x) {
    return apply(new Unary(UnaryFn.ROUND), Promotion.toFloat(x));
  }

  /// Whether an element is NaN.
  public static Variable isnan(Variable x) {
    return apply(new Unary(UnaryFn.ISNAN), Promotion.toFloat(x));
  }

  /// Whether an element is infinite.
  public static Variable isinf(Variable x) {
    return apply(new Unary(UnaryFn.ISINF), Promotion.toFloat(x));
  }

  /// Negation of bools, bitwise complement of integers.
  public static Variable not(Variable x) {
    return apply(new Unary(UnaryFn.NOT), x);
  }

  /// `x + y`.
  public static Variable add(Variable x, Variable y) {
    return binary(BinaryFn.ADD, x, y);
  }

  /// `x + y`.
  public static Variable add(Variable x, double y) {
    return binary(BinaryFn.ADD, x, Promotion.literal(y, x));
  }

  /// `x - y`.
  public static Variable sub(Variable x, Variable y) {
    return binary(BinaryFn.SUB, x, y);
  }

  /// `x - y`.
  public static Variable sub(Variable x, double y) {
    return binary(BinaryFn.SUB, x, Promotion.literal(y, x));
  }

  /// `x * y`, element by element.
  public static Variable mul(Variable x, Variable y) {
    return binary(BinaryFn.MUL, x, y);
  }

  /// `x * y`, element by element.
  public static Variable mul(Variable x, double y) {
    return binary(BinaryFn.MUL, x, Promotion.literal(y, x));
  }

  /// `floor(x / y)`, Python's `//`.
  public static Variable floordiv(Variable x, Variable y) {
    return binary(BinaryFn.FLOORDIV, x, y);
  }

  /// `floor(x / y)`, Python's `//`.
  public static Variable floordiv(Variable x, double y) {
    return binary(BinaryFn.FLOORDIV, x, Promotion.literal(y, x));
  }

  /// `x - y * floor(x / y)`, Python's `%`.
  public static Variable mod(Variable x, Variable y) {
    return binary(BinaryFn.MOD, x, y);
  }

  /// `x - y * floor(x / y)`, Python's `%`.
  public static Variable mod(Variable x, double y) {
    return binary(BinaryFn.MOD, x, Promotion.literal(y, x));
  }

  /// `x^y`.
  public static Variable pow(Variable x, Variable y) {
    return binary(BinaryFn.POW, x, y);
  }

  /// `x^y`.
  public static Variable pow(Variable x, double y) {
    return binary(BinaryFn.POW, x, Promotion.literal(y, x));
  }

  /// The smaller of two.
  public static Variable minimum(Variable x, Variable y) {
    return binary(BinaryFn.MINIMUM, x, y);
  }

  /// The smaller of two.
  public static Variable minimum(Variable x, double y) {
    return binary(BinaryFn.MINIMUM, x, Promotion.literal(y, x));
  }

  /// The larger of two.
  public static Variable maximum(Variable x, Variable y) {
    return binary(BinaryFn.MAXIMUM, x, y);
  }

  /// The larger of two.
  public static Variable maximum(Variable x, double y) {
    return binary(BinaryFn.MAXIMUM, x, Promotion.literal(y, x));
  }

  /// `x - y`.
  public static Variable sub(double x, Variable y) {
    return binary(BinaryFn.SUB, Promotion.literal(x, y), y);
  }

  /// `x / y`; integers become `floatX`.
  public static Variable div(Variable x, Variable y) {
    return x.type().dtype().isFloat() || y.type().dtype().isFloat()
        ? binary(BinaryFn.DIV, x, y)
        : binary(BinaryFn.DIV, Promotion.toFloat(x), Promotion.toFloat(y));
  }

  /// `x / y`; integers become `floatX`.
  public static Variable div(Variable x, double y) {
    return div(x, Promotion.literal(y, x));
  }

  /// `x / y`; integers become `floatX`.
  public static Variable div(double x, Variable y) {
    return div(Promotion.literal(x, y), y);
  }

  /// `x^y`.
  public static Variable pow(double x, Variable y) {
    return binary(BinaryFn.POW, Promotion.literal(x, y), y);
  }

  /// The angle of the point `(x, y)`, in `[-pi, pi]`.
  public static Variable atan2(Variable y, Variable x) {
    return binary(BinaryFn.ATAN2, Promotion.toFloat(y), Promotion.toFloat(x));
  }

  /// Conjunction of bools, bitwise of integers.
  public static Variable and(Variable x, Variable y) {
    return binary(BinaryFn.AND, x, y);
  }

  /// Disjunction of bools, bitwise of integers.
  public static Variable or(Variable x, Variable y) {
    return binary(BinaryFn.OR, x, y);
  }

  /// Exclusive disjunction of bools, bitwise of integers.
  public static Variable xor(Variable x, Variable y) {
    return binary(BinaryFn.XOR, x, y);
  }

  /// Whether `x = y`, as bool.
  public static Variable eq(Variable x, Variable y) {
    return compare(CompareFn.EQ, x, y);
  }

  /// Whether `x = y`, as bool.
  public static Variable eq(Variable x, double y) {
    return compare(CompareFn.EQ, x, Promotion.literal(y, x));
  }

  /// Whether `x != y`, as bool.
  public static Variable ne(Variable x, Variable y) {
    return compare(CompareFn.NE, x, y);
  }

  /// Whether `x != y`, as bool.
  public static Variable ne(Variable x, double y) {
    return compare(CompareFn.NE, x, Promotion.literal(y, x));
  }

  /// Whether `x < y`, as bool.
  public static Variable lt(Variable x, Variable y) {
    return compare(CompareFn.LT, x, y);
  }

  /// Whether `x < y`, as bool.
  public static Variable lt(Variable x, double y) {
    return compare(CompareFn.LT, x, Promotion.literal(y, x));
  }

  /// Whether `x <= y`, as bool.
  public static Variable le(Variable x, Variable y) {
    return compare(CompareFn.LE, x, y);
  }

  /// Whether `x <= y`, as bool.
  public static Variable le(Variable x, double y) {
    return compare(CompareFn.LE, x, Promotion.literal(y, x));
  }

  /// Whether `x > y`, as bool.
  public static Variable gt(Variable x, Variable y) {
    return compare(CompareFn.GT, x, y);
  }

  /// Whether `x > y`, as bool.
  public static Variable gt(Variable x, double y) {
    return compare(CompareFn.GT, x, Promotion.literal(y, x));
  }

  /// Whether `x >= y`, as bool.
  public static Variable ge(Variable x, Variable y) {
    return compare(CompareFn.GE, x, y);
  }

  /// Whether `x >= y`, as bool.
  public static Variable ge(Variable x, double y) {
    return compare(CompareFn.GE, x, Promotion.literal(y, x));
  }

  private static Variable binary(BinaryFn fn, Variable x, Variable y) {
    Binary op = new Binary(fn);
    return apply(op, Promotion.sameShape(op.mnemonic(), Promotion.sameDtype(x, y)));
  }

  private static Variable compare(CompareFn fn, Variable x, Variable y) {
    Compare op = new Compare(fn);
    return apply(op, Promotion.sameShape(op.mnemonic(), Promotion.sameDtype(x, y)));
  }

  /// Element by element `x` where the bool `condition` is true, else `y`: NumPy's `where`, Theano's
  /// `switch`.
  public static Variable select(Variable condition, Variable x, Variable y) {
    Variable[] values = Promotion.sameDtype(x, y);
    return apply(new Select(), Promotion.sameShape("select", condition, values[0], values[1]));
  }

  /// Element by element `x` where the bool `condition` is true, else the number `y`.
  public static Variable select(Variable condition, Variable x, double y) {
    return select(condition, x, Promotion.literal(y, x));
  }

  /// Each element no smaller than `low` and no larger than `high`.
  ///
  /// @throws TypeException if `low` is above `high`
  public static Variable clip(Variable x, double low, double high) {
    if (low > high) {
      throw new TypeException(
              "clip: the lower bound %s must not be above the upper bound %s".formatted(low, high))
          .at(Site.current());
    }
    return minimum(maximum(x, low), high);
  }

  /// The elements converted as [arignote.ir.op.Cast] says.
  public static Variable cast(Variable x, DType dtype) {
    return Promotion.cast(x, dtype);
  }

  /// The sum along some axes, all if none is given; `bool` and `i32` are summed as `i64`.
  public static Variable sum(Variable x, int... axes) {
    return reduce(ReduceFn.SUM, Promotion.cast(x, summed(x.type().dtype())), axes);
  }

  /// The product along some axes, all if none is given; `bool` and `i32` are multiplied as `i64`.
  public static Variable prod(Variable x, int... axes) {
    return reduce(ReduceFn.PROD, Promotion.cast(x, summed(x.type().dtype())), axes);
  }

  /// The largest element along some axes, all if none is given.
  public static Variable max(Variable x, int... axes) {
    return reduce(ReduceFn.MAX, x, axes);
  }

  /// The smallest element along some axes, all if none is given.
  public static Variable min(Variable x, int... axes) {
    return reduce(ReduceFn.MIN, x, axes);
  }

  /// Whether any element along some axes, all if none is given, is true or not 0.
  public static Variable any(Variable x, int... axes) {
    return reduce(ReduceFn.ANY, Promotion.cast(x, DType.BOOL), axes);
  }

  /// Whether all elements along some axes, all if none is given, are true or not 0.
  public static Variable all(Variable x, int... axes) {
    return reduce(ReduceFn.ALL, Promotion.cast(x, DType.BOOL), axes);
  }

  private static DType summed(DType dtype) {
    return dtype == DType.BOOL || dtype == DType.I32 ? DType.I64 : dtype;
  }

  private static Variable reduce(ReduceFn fn, Variable x, int... axes) {
    return apply(new Reduce(fn, axes(fn.mnemonic(), x, axes)), x);
  }

  private static List<Integer> axes(String op, Variable x, int... axes) {
    return axes.length == 0
        ? IntStream.range(0, x.type().rank()).boxed().toList()
        : IntStream.of(axes).mapToObj(axis -> Promotion.axis(op, x, axis)).toList();
  }

  /// The arithmetic mean along some axes, all if none is given; integers become `floatX`.
  public static Variable mean(Variable x, int... axes) {
    Variable floats = Promotion.toFloat(x);
    return div(sum(floats, axes), Promotion.cast(count(x, axes), floats.type().dtype()));
  }

  /// The variance `mean((x - mean(x))^2)` along some axes, all if none is given.
  public static Variable var(Variable x, int... axes) {
    Variable floats = Promotion.toFloat(x);
    return mean(square(sub(floats, keepDims(mean(floats, axes), x, axes))), axes);
  }

  /// The standard deviation `sqrt(var(x))` along some axes, all if none is given.
  public static Variable std(Variable x, int... axes) {
    return sqrt(var(x, axes));
  }

  private static Variable count(Variable x, int... axes) {
    Dim count = Dim.of(1);
    for (int axis : axes("mean", x, axes)) {
      count = count.times(x.type().dim(axis));
    }
    return Values.size(count);
  }

  /// What was reduced from `x`, with the reduced axes back as axes of length 1, so that it
  /// broadcasts against `x`.
  public static Variable keepDims(Variable reduced, Variable x, int... axes) {
    List<Integer> gone = axes("keepDims", x, axes);
    List<Dim> shape = new ArrayList<>(x.type().shape());
    gone.forEach(axis -> shape.set(axis, Dim.of(1)));
    return Shapes.reshape(reduced, shape);
  }

  /// The position of the largest element along an axis, as `i64`.
  public static Variable argmax(Variable x, int axis) {
    return apply(new ArgReduce(ArgReduceFn.ARGMAX, Promotion.axis("argmax", x, axis)), x);
  }

  /// The position of the smallest element along an axis, as `i64`.
  public static Variable argmin(Variable x, int axis) {
    return apply(new ArgReduce(ArgReduceFn.ARGMIN, Promotion.axis("argmin", x, axis)), x);
  }

  /// The running sum along an axis, NumPy's `cumsum`: `y[i] = x[0] + ... + x[i]`, of the shape of
  /// `x`; `bool` and `i32` are summed as `i64`. See [arignote.ir.op.CumulateFn#SUM].
  public static Variable cumsum(Variable x, int axis) {
    return cumulate(CumulateFn.SUM, Promotion.cast(x, summed(x.type().dtype())), axis);
  }

  /// The running product along an axis, NumPy's `cumprod`: `y[i] = x[0] * ... * x[i]`, of the shape
  /// of `x`; `bool` and `i32` are multiplied as `i64`. See [arignote.ir.op.CumulateFn#PROD].
  public static Variable cumprod(Variable x, int axis) {
    return cumulate(CumulateFn.PROD, Promotion.cast(x, summed(x.type().dtype())), axis);
  }

  /// The largest element so far along an axis, NumPy's `maximum.accumulate`: `y[i] = max(x[0], ...,
  /// x[i])`, of the type of `x`; NaN from the first NaN on. The gradient goes to the first element
  /// that is the largest.
  public static Variable cummax(Variable x, int axis) {
    return cumulate(CumulateFn.MAX, x, axis);
  }

  /// The smallest element so far along an axis, NumPy's `minimum.accumulate`: `y[i] = min(x[0],
  /// ..., x[i])`, of the type of `x`; NaN from the first NaN on. The gradient goes to the first
  /// element that is the smallest.
  public static Variable cummin(Variable x, int axis) {
    return cumulate(CumulateFn.MIN, x, axis);
  }

  private static Variable cumulate(CumulateFn fn, Variable x, int axis) {
    return apply(new Cumulate(fn, Promotion.axis(fn.mnemonic(), x, axis), false), x);
  }

  /// NumPy's `dot`: the product of vectors and matrices, `[M,K] [K,N]` to `[M,N]`. A left operand
  /// of more axes is multiplied row by row: `[T,B,K] [K,N]` to `[T,B,N]`.
  public static Variable dot(Variable x, Variable y) {
    Variable[] operands = Promotion.sameDtype(Promotion.toFloat(x), Promotion.toFloat(y));
    TensorType left = operands[0].type();
    TensorType right = operands[1].type();
    if (left.rank() <= 2 || right.rank() < 1 || right.rank() > 2) {
      return apply(new Dot(0), operands);
    }
    if (!left.shape().getLast().equals(right.dim(0))) {
      throw new TypeException(Dot.cannotContract(left, right)).at(Site.current());
    }
    List<Dim> leading = left.shape().subList(0, left.rank() - 1);
    Dim rows = left.withShape(leading).size();
    Variable flat = Shapes.reshape(operands[0], List.of(rows, left.shape().getLast()));
    List<Dim> shape = new ArrayList<>(leading);
    shape.addAll(right.shape().subList(1, right.rank()));
    return Shapes.reshape(apply(new Dot(0), flat, operands[1]), shape);
  }

  /// The products of two stacks of matrices, `[..,M,K] [..,K,N]` to `[..,M,N]`, the leading axes
  /// broadcast: NumPy's `matmul`.
  public static Variable matmul(Variable x, Variable y) {
    Variable[] operands = Promotion.sameDtype(Promotion.toFloat(x), Promotion.toFloat(y));
    int batch = Math.max(x.type().rank(), y.type().rank()) - 2;
    if (batch <= 0 || x.type().rank() < 2 || y.type().rank() < 2) {
      return dot(operands[0], operands[1]);
    }
    List<Dim> leading = new ArrayList<>();
    for (int axis = 0; axis < batch; axis++) {
      Dim inX = leadingDim(operands[0], axis, batch);
      leading.add(inX.is(1) ? leadingDim(operands[1], axis, batch) : inX);
    }
    return apply(
        new Dot(batch), withLeading(operands[0], leading), withLeading(operands[1], leading));
  }

  private static Dim leadingDim(Variable x, int axis, int batch) {
    int own = axis - (batch + 2 - x.type().rank());
    return own < 0 ? Dim.of(1) : x.type().dim(own);
  }

  private static Variable withLeading(Variable x, List<Dim> leading) {
    List<Dim> shape = new ArrayList<>(leading);
    shape.addAll(x.type().shape().subList(x.type().rank() - 2, x.type().rank()));
    return Promotion.broadcast(x, shape);
  }

  /// All products of an element of one vector and one of another: `[M] [N]` to `[M,N]`.
  public static Variable outer(Variable x, Variable y) {
    return mul(Shapes.expandDims(x, -1), y);
  }
}
