package arignote.dsl;

import static arignote.dsl.Promotion.apply;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Site;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.ir.op.Concat;
import arignote.ir.op.Gather;
import arignote.ir.op.Pad;
import arignote.ir.op.Reshape;
import arignote.ir.op.Scatter;
import arignote.ir.op.ScatterFn;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// Moving elements around: shapes, slices, concatenation, indexing. Axes may count from the end.
/// Every method throws [TypeException] when the types do not fit.
public final class Shapes {
  private Shapes() {}

  /// The same elements under another shape, each length a [Dim], a whole number or a name; one may
  /// be -1, which makes it what is left.
  public static Variable reshape(Variable x, Object... shape) {
    int rest = -1;
    Object[] lengths = shape.clone();
    Dim known = Dim.of(1);
    for (int axis = 0; axis < lengths.length; axis++) {
      if (lengths[axis] instanceof Integer length && length == -1) {
        if (rest >= 0) {
          throw new TypeException("reshape: only one length can be -1").at(Site.current());
        }
        rest = axis;
        lengths[axis] = 1;
      }
      known = known.times(Values.dims(lengths[axis]).getFirst());
    }
    if (rest >= 0) {
      if (known.is(0)) {
        throw new TypeException("reshape: -1 beside a length of 0 could be anything")
            .at(Site.current());
      }
      lengths[rest] = x.type().size().floorDiv(known);
    }
    return reshape(x, Values.dims(lengths));
  }

  static Variable reshape(Variable x, List<Dim> shape) {
    return x.type().shape().equals(shape) ? x : apply(new Reshape(shape), x);
  }

  /// All elements along one axis.
  public static Variable flatten(Variable x) {
    return reshape(x, -1);
  }

  /// The axes in reverse order; of a matrix its transpose.
  public static Variable transpose(Variable x) {
    return apply(new Transpose(IntStream.range(0, x.type().rank()).boxed().toList().reversed()), x);
  }

  /// The axes in another order: axis `i` of the result is axis `permutation[i]` of `x`.
  public static Variable transpose(Variable x, int... permutation) {
    return apply(
        new Transpose(
            IntStream.of(permutation)
                .mapToObj(axis -> Promotion.axis("transpose", x, axis))
                .toList()),
        x);
  }

  /// The tensor with two axes exchanged.
  public static Variable swapAxes(Variable x, int first, int second) {
    List<Integer> permutation =
        new ArrayList<>(IntStream.range(0, x.type().rank()).boxed().toList());
    Collections.swap(
        permutation, Promotion.axis("swapAxes", x, first), Promotion.axis("swapAxes", x, second));
    return apply(new Transpose(permutation), x);
  }

  /// The tensor with a new axis of length 1, whose number in the result is `axis`.
  public static Variable expandDims(Variable x, int axis) {
    List<Dim> shape = new ArrayList<>(x.type().shape());
    shape.add(Promotion.axisOfRank("expandDims", x.type(), axis, shape.size() + 1), Dim.of(1));
    return reshape(x, shape);
  }

  /// The tensor without an axis, which must have length 1.
  public static Variable squeeze(Variable x, int axis) {
    int position = Promotion.axis("squeeze", x, axis);
    if (!x.type().dim(position).is(1)) {
      throw new TypeException(
              "squeeze: axis %d of %s has length %s, not 1; take a position of it with slice(), or reduce it"
                  .formatted(axis, x.type(), x.type().dim(position)))
          .at(Site.current());
    }
    List<Dim> shape = new ArrayList<>(x.type().shape());
    shape.remove(position);
    return reshape(x, shape);
  }

  /// The tensor repeated to a shape by NumPy's rule.
  public static Variable broadcast(Variable x, Object... shape) {
    return Promotion.broadcast(x, Values.dims(shape));
  }

  /// The elements from `start` up to, not including, `stop` along an axis; negative whole numbers
  /// count from the end. Of an axis of known length, bounds outside are moved to its ends as in
  /// Python; otherwise a call with bounds outside is an error.
  ///
  /// @param start a [Dim] or a whole number
  /// @param stop a [Dim] or a whole number
  public static Variable slice(Variable x, int axis, Object start, Object stop) {
    int position = Promotion.axis("slice", x, axis);
    Dim length = x.type().dim(position);
    Dim first = bound(start, length);
    Dim size = bound(stop, length).minus(first);
    if (size.constant().isPresent() && size.constant().getAsLong() < 0) {
      size = Dim.of(0);
    }
    return first.is(0) && size.equals(length) ? x : apply(new Slice(position, first, size, 1), x);
  }

  private static Dim bound(Object bound, Dim length) {
    if (bound instanceof Variable) {
      throw new TypeException(
              "slice: a bound must be a Dim or a whole number, found the variable %s; for a start that is computed use window(x, axis, start, size)"
                  .formatted(bound))
          .at(Site.current());
    }
    Dim given = Values.dims(bound).getFirst();
    if (given.constant().isEmpty()) {
      return given;
    }
    long number = given.constant().getAsLong();
    if (length.constant().isEmpty()) {
      return number < 0 ? length.plus(number) : given;
    }
    long known = length.constant().getAsLong();
    return Dim.of(Math.clamp(number < 0 ? number + known : number, 0, known));
  }

  /// Every `step`-th element along an axis, from the first, or from the last if `step` is negative:
  /// Python's `x[::step]`.
  public static Variable every(Variable x, int axis, long step) {
    int position = Promotion.axis("every", x, axis);
    if (step == 0) {
      throw new TypeException("every: the step must not be 0").at(Site.current());
    }
    Dim length = x.type().dim(position);
    Dim size = length.plus(Math.abs(step) - 1).floorDiv(Dim.of(Math.abs(step)));
    Dim start = step > 0 ? Dim.of(0) : length.minus(1);
    return apply(new Slice(position, start, size, step), x);
  }

  /// The elements along an axis in reverse order.
  public static Variable reverse(Variable x, int axis) {
    return every(x, axis, -1);
  }

  /// The part at one position of the first axis, which the result lacks; negative positions count
  /// from the end.
  public static Variable get(Variable x, long index) {
    if (x.type().rank() == 0) {
      throw new TypeException("get: a scalar has no elements").at(Site.current());
    }
    Dim length = x.type().dim(0);
    Dim start = index < 0 ? length.plus(index) : Dim.of(index);
    return reshape(apply(new Slice(0, start, Dim.of(1), 1), x), x.type().element().shape());
  }

  /// The part at a computed position of the first axis, an integer scalar.
  public static Variable get(Variable x, Variable index) {
    return take(x, index, 0);
  }

  /// Zeros put before and after the elements along an axis.
  public static Variable pad(Variable x, int axis, long before, long after) {
    int position = Promotion.axis("pad", x, axis);
    Dim size = x.type().dim(position).plus(before).plus(after);
    return apply(new Pad(position, Dim.of(before), size, 1), x);
  }

  /// Tensors one after another along an axis.
  ///
  /// @throws TypeException if there is none, or they differ in another axis
  public static Variable concat(int axis, Variable... parts) {
    checkAny("concat", parts);
    Variable[] promoted = Promotion.sameDtype(parts);
    int position = Promotion.axis("concat", promoted[0], axis);
    return parts.length == 1 ? promoted[0] : apply(new Concat(position), promoted);
  }

  private static void checkAny(String op, Variable... parts) {
    if (parts.length == 0) {
      throw new TypeException(op + ": needs at least one tensor, found none").at(Site.current());
    }
  }

  /// Tensors of one type side by side along a new axis.
  ///
  /// @throws TypeException if there is none, or their shapes differ
  public static Variable stack(int axis, Variable... parts) {
    checkAny("stack", parts);
    for (Variable part : parts) {
      if (!part.type().shape().equals(parts[0].type().shape())) {
        throw new TypeException(
                "stack: takes tensors of one shape, found %s and %s; reshape or broadcast one of them, or use concat()"
                    .formatted(parts[0].type(), part.type()))
            .naming(List.of(parts[0], part), Site.current())
            .at(Site.current());
      }
    }
    Variable[] expanded = new Variable[parts.length];
    for (int i = 0; i < parts.length; i++) {
      expanded[i] = expandDims(parts[i], axis);
    }
    return concat(axis, expanded);
  }

  /// The elements at given positions of an axis, which the axes of `indices` replace: NumPy's
  /// `take`. An index outside `0 <= i < n` is an error at the call.
  public static Variable take(Variable x, Variable indices, int axis) {
    return gather(x, indices, axis, 0);
  }

  /// So many neighbouring positions of an axis, from a start that is computed: Theano's `x[i *
  /// size:(i + 1) * size]`, a minibatch, is `window(x, 0, i.mul(size), size)`. A position outside
  /// of the axis, counted from 0, is an error at the call.
  ///
  /// @param start an integer scalar
  /// @param size a [Dim], a whole number or a name
  /// @throws TypeException if `start` is anything else
  public static Variable window(Variable x, int axis, Variable start, Object size) {
    if (!start.type().isScalar() || !start.type().dtype().isInteger()) {
      throw new TypeException(
              "window: the start must be an integer scalar, found %s; cast it, or use take() for any positions"
                  .formatted(start.type()))
          .naming(List.of(start), Site.current())
          .at(Site.current());
    }
    return take(x, Values.iota(size).add(start), axis);
  }

  /// Of each row of `x`, `[B,C]`, the element at the row's own position, `indices` being `[B]`;
  /// more generally walks the leading axes of both together and picks along the one behind them.
  public static Variable pick(Variable x, Variable indices) {
    return gather(x, indices, indices.type().rank(), indices.type().rank());
  }

  /// See [Gather].
  public static Variable gather(Variable x, Variable indices, int axis, int batch) {
    return apply(new Gather(Promotion.axis("gather", x, axis), batch), x, indices);
  }

  /// `x` with `updates` added at the positions that [#take] with the same indices reads.
  public static Variable scatterAdd(Variable x, Variable indices, Variable updates, int axis) {
    return scatter(ScatterFn.ADD, x, indices, updates, axis);
  }

  /// `x` with `updates` put at the positions that [#take] with the same indices reads.
  public static Variable scatterSet(Variable x, Variable indices, Variable updates, int axis) {
    return scatter(ScatterFn.SET, x, indices, updates, axis);
  }

  private static Variable scatter(
      ScatterFn fn, Variable x, Variable indices, Variable updates, int axis) {
    Scatter op = new Scatter(fn, Promotion.axis(fn.mnemonic(), x, axis), 0);
    return Apply.of(op, List.of(x, indices, updates)).result();
  }
}
