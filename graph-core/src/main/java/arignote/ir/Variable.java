package arignote.ir;

import arignote.dsl.Maths;
import arignote.dsl.Shapes;
import arignote.inspect.Inspect;
import arignote.tensor.DType;

/// A tensor in an expression graph: an input, a constant, a shared variable or the result of an op.
/// Variables have identity and never change. The fluent methods are those of the DSL, which has
/// them all as static functions.
public abstract sealed class Variable permits Input, Constant, Shared, Result {
  private static final int MOST_CHARACTERS = 200;

  private final TensorType type;

  Variable(TensorType type) {
    this.type = type;
  }

  public final TensorType type() {
    return type;
  }

  /// The expression as a short line of mathematics with its type, `exp(x) + 1 : f32[B]`.
  @Override
  public final String toString() {
    return Inspect.pp(this, MOST_CHARACTERS) + " : " + type;
  }

  /// `this + other`, broadcast.
  public final Variable add(Variable other) {
    return Maths.add(this, other);
  }

  /// `this + other`, broadcast.
  public final Variable add(double other) {
    return Maths.add(this, other);
  }

  /// `this - other`, broadcast.
  public final Variable sub(Variable other) {
    return Maths.sub(this, other);
  }

  /// `this - other`, broadcast.
  public final Variable sub(double other) {
    return Maths.sub(this, other);
  }

  /// `this * other`, element by element, broadcast.
  public final Variable mul(Variable other) {
    return Maths.mul(this, other);
  }

  /// `this * other`, element by element, broadcast.
  public final Variable mul(double other) {
    return Maths.mul(this, other);
  }

  /// `this / other`, broadcast.
  public final Variable div(Variable other) {
    return Maths.div(this, other);
  }

  /// `this / other`, broadcast.
  public final Variable div(double other) {
    return Maths.div(this, other);
  }

  /// `this^exponent`, broadcast.
  public final Variable pow(Variable exponent) {
    return Maths.pow(this, exponent);
  }

  /// `this^exponent`, broadcast.
  public final Variable pow(double exponent) {
    return Maths.pow(this, exponent);
  }

  /// Whether `this = other`, as bool.
  public final Variable eq(Variable other) {
    return Maths.eq(this, other);
  }

  /// Whether `this = other`, as bool.
  public final Variable eq(double other) {
    return Maths.eq(this, other);
  }

  /// Whether `this != other`, as bool.
  public final Variable ne(Variable other) {
    return Maths.ne(this, other);
  }

  /// Whether `this != other`, as bool.
  public final Variable ne(double other) {
    return Maths.ne(this, other);
  }

  /// Whether `this < other`, as bool.
  public final Variable lt(Variable other) {
    return Maths.lt(this, other);
  }

  /// Whether `this < other`, as bool.
  public final Variable lt(double other) {
    return Maths.lt(this, other);
  }

  /// Whether `this <= other`, as bool.
  public final Variable le(Variable other) {
    return Maths.le(this, other);
  }

  /// Whether `this <= other`, as bool.
  public final Variable le(double other) {
    return Maths.le(this, other);
  }

  /// Whether `this > other`, as bool.
  public final Variable gt(Variable other) {
    return Maths.gt(this, other);
  }

  /// Whether `this > other`, as bool.
  public final Variable gt(double other) {
    return Maths.gt(this, other);
  }

  /// Whether `this >= other`, as bool.
  public final Variable ge(Variable other) {
    return Maths.ge(this, other);
  }

  /// Whether `this >= other`, as bool.
  public final Variable ge(double other) {
    return Maths.ge(this, other);
  }

  /// The product of vectors or matrices, see [Maths#dot].
  public final Variable dot(Variable other) {
    return Maths.dot(this, other);
  }

  /// `-x`.
  public final Variable neg() {
    return Maths.neg(this);
  }

  /// `e^x`.
  public final Variable exp() {
    return Maths.exp(this);
  }

  /// Natural logarithm.
  public final Variable log() {
    return Maths.log(this);
  }

  /// Square root.
  public final Variable sqrt() {
    return Maths.sqrt(this);
  }

  /// `x * x`.
  public final Variable square() {
    return Maths.square(this);
  }

  /// Hyperbolic tangent.
  public final Variable tanh() {
    return Maths.tanh(this);
  }

  /// `1 / (1 + e^-x)`.
  public final Variable sigmoid() {
    return Maths.sigmoid(this);
  }

  /// The sum along some axes, all if none is given.
  public final Variable sum(int... axes) {
    return Maths.sum(this, axes);
  }

  /// The mean along some axes, all if none is given.
  public final Variable mean(int... axes) {
    return Maths.mean(this, axes);
  }

  /// The largest element along some axes, all if none is given.
  public final Variable max(int... axes) {
    return Maths.max(this, axes);
  }

  /// The smallest element along some axes, all if none is given.
  public final Variable min(int... axes) {
    return Maths.min(this, axes);
  }

  /// The running sum along an axis, see [Maths#cumsum].
  public final Variable cumsum(int axis) {
    return Maths.cumsum(this, axis);
  }

  /// The running product along an axis, see [Maths#cumprod].
  public final Variable cumprod(int axis) {
    return Maths.cumprod(this, axis);
  }

  /// The largest element so far along an axis, see [Maths#cummax].
  public final Variable cummax(int axis) {
    return Maths.cummax(this, axis);
  }

  /// The smallest element so far along an axis, see [Maths#cummin].
  public final Variable cummin(int axis) {
    return Maths.cummin(this, axis);
  }

  /// The elements converted to another dtype.
  public final Variable cast(DType dtype) {
    return Maths.cast(this, dtype);
  }

  /// The same elements under another shape, see [Shapes#reshape].
  public final Variable reshape(Object... shape) {
    return Shapes.reshape(this, shape);
  }

  /// The axes in reverse order.
  public final Variable transpose() {
    return Shapes.transpose(this);
  }

  /// A new axis of length 1.
  public final Variable expandDims(int axis) {
    return Shapes.expandDims(this, axis);
  }

  /// The part at one position of the first axis; negative positions count from the end.
  public final Variable get(long index) {
    return Shapes.get(this, index);
  }

  /// The elements from `start` up to `stop` along an axis, see [Shapes#slice].
  public final Variable slice(int axis, Object start, Object stop) {
    return Shapes.slice(this, axis, start, stop);
  }

  /// The elements at given positions of an axis, see [Shapes#take].
  public final Variable take(Variable indices, int axis) {
    return Shapes.take(this, indices, axis);
  }
}
