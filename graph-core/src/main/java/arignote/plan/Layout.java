package arignote.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Where the elements of a tensor lie in a buffer: element `(i, j, ...)` at `offset + i * stride(0)
/// + j * stride(1) + ...`, counted in elements.
///
/// Transposes, slices, broadcasts and most reshapes of a tensor are other layouts of the same
/// buffer, so they cost nothing; a stride may be 0 (repeated elements) or negative (reversed).
public final class Layout {
  private final long offset;
  private final long[] shape;
  private final long[] strides;

  private Layout(long offset, long[] shape, long[] strides) {
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }

  /// Row by row, without gaps, from the start of the buffer.
  public static Layout dense(long... shape) {
    return new Layout(0, shape.clone(), denseStrides(shape));
  }

  /// Any layout.
  ///
  /// @throws IllegalArgumentException if there is not one stride for each axis
  public static Layout of(long offset, long[] shape, long[] strides) {
    if (shape.length != strides.length) {
      throw new IllegalArgumentException(
          "a layout of shape %s needs as many strides, found %s"
              .formatted(Arrays.toString(shape), Arrays.toString(strides)));
    }
    return new Layout(offset, shape.clone(), strides.clone());
  }

  private static long[] denseStrides(long[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    return strides;
  }

  public int rank() {
    return shape.length;
  }

  /// The position of the first element.
  public long offset() {
    return offset;
  }

  /// The length of one axis.
  public long dim(int axis) {
    return shape[axis];
  }

  /// The distance between neighbours along one axis.
  public long stride(int axis) {
    return strides[axis];
  }

  /// The length of each axis; a copy.
  public long[] shape() {
    return shape.clone();
  }

  /// The stride of each axis; a copy.
  public long[] strides() {
    return strides.clone();
  }

  /// The number of elements.
  public long size() {
    long size = 1;
    for (long length : shape) {
      size = Math.multiplyExact(size, length);
    }
    return size;
  }

  /// Whether the elements follow each other row by row without gaps, from [#offset] on.
  public boolean isDense() {
    long expected = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      if (shape[axis] == 0) {
        return true;
      }
      if (shape[axis] != 1) {
        if (strides[axis] != expected) {
          return false;
        }
        expected *= shape[axis];
      }
    }
    return true;
  }

  /// Whether every element has the position that it has in `other`, a layout of the same shape.
  public boolean samePositions(Layout other) {
    if (offset != other.offset || !Arrays.equals(shape, other.shape)) {
      return false;
    }
    for (int axis = 0; axis < shape.length; axis++) {
      if (shape[axis] != 1 && strides[axis] != other.strides[axis]) {
        return false;
      }
    }
    return true;
  }

  /// Whether no position holds an element of both layouts, as far as that is easy to see: they
  /// occupy different stretches, or different columns of one matrix.
  public boolean isApartFrom(Layout other) {
    if (first() > other.last() || last() < other.first()) {
      return true;
    }
    if (!hasNestedStrides() || !other.hasNestedStrides() || !hasStridesOf(other)) {
      return false;
    }
    Layout lower = offset <= other.offset ? this : other;
    Layout upper = lower == this ? other : this;
    long distance = upper.offset - lower.offset;
    for (int axis = 1; axis < shape.length; axis++) {
      if (lower.extent(axis) <= distance && distance + upper.extent(axis) <= strides[axis - 1]) {
        return true;
      }
    }
    return false;
  }

  /// The lowest position of an element.
  public long first() {
    long position = offset;
    for (int axis = 0; axis < shape.length; axis++) {
      position += Math.min(0, (shape[axis] - 1) * strides[axis]);
    }
    return position;
  }

  /// The highest position of an element; below [#first] if there is none.
  public long last() {
    long position = offset;
    for (int axis = 0; axis < shape.length; axis++) {
      position += Math.max(0, (shape[axis] - 1) * strides[axis]);
    }
    return size() == 0 ? first() - 1 : position;
  }

  /// How many positions the inner axes span, from an axis on.
  private long extent(int from) {
    long extent = 1;
    for (int axis = from; axis < shape.length; axis++) {
      extent += (shape[axis] - 1) * strides[axis];
    }
    return extent;
  }

  /// Whether each step along an axis leads past all that the axes after it span.
  private boolean hasNestedStrides() {
    for (int axis = 0; axis < shape.length; axis++) {
      if (strides[axis] < extent(axis + 1)) {
        return false;
      }
    }
    return true;
  }

  private boolean hasStridesOf(Layout other) {
    return Arrays.equals(strides, other.strides);
  }

  /// The axes in another order: axis `i` of the result is axis `permutation[i]` of this.
  public Layout transpose(List<Integer> permutation) {
    long[] newShape = new long[shape.length];
    long[] newStrides = new long[shape.length];
    for (int axis = 0; axis < shape.length; axis++) {
      newShape[axis] = shape[permutation.get(axis)];
      newStrides[axis] = strides[permutation.get(axis)];
    }
    return new Layout(offset, newShape, newStrides);
  }

  /// The elements `start, start + step, ...` along an axis, `size` of them.
  ///
  /// @throws IndexOutOfBoundsException if there are such elements and one lies outside the axis
  public Layout slice(int axis, long start, long size, long step) {
    long[] newShape = shape.clone();
    newShape[axis] = size;
    if (size == 0) {
      return new Layout(offset, newShape, strides);
    }
    long last = Math.addExact(start, Math.multiplyExact(size - 1, step));
    if (start < 0 || start >= shape[axis] || last < 0 || last >= shape[axis]) {
      throw new IndexOutOfBoundsException(
          "elements %d to %d of axis %d lie outside its length %d"
              .formatted(start, last, axis, shape[axis]));
    }
    long[] newStrides = strides.clone();
    newStrides[axis] = strides[axis] * step;
    return new Layout(offset + start * strides[axis], newShape, newStrides);
  }

  /// One element of the first axis, which the result lacks.
  public Layout element(long index) {
    return new Layout(
        offset + index * strides[0],
        Arrays.copyOfRange(shape, 1, shape.length),
        Arrays.copyOfRange(strides, 1, strides.length));
  }

  /// Repeated along new leading axes and along axes of length 1, aligned at the last axis.
  public Layout broadcast(long... newShape) {
    long[] newStrides = new long[newShape.length];
    int added = newShape.length - shape.length;
    for (int axis = 0; axis < shape.length; axis++) {
      newStrides[added + axis] = shape[axis] == 1 ? 0 : strides[axis];
    }
    return new Layout(offset, newShape.clone(), newStrides);
  }

  /// The same elements in row-major order under another shape with as many; empty where that order
  /// does not fit strides, so that a copy is needed.
  public Optional<Layout> reshape(long... newShape) {
    if (size() == 0) {
      return Optional.of(new Layout(offset, newShape.clone(), denseStrides(newShape)));
    }
    long[] newStrides = new long[newShape.length];
    int from = 0;
    int to = 0;
    while (from < shape.length && to < newShape.length) {
      int fromEnd = from + 1;
      int toEnd = to + 1;
      long fromCount = shape[from];
      long toCount = newShape[to];
      while (fromCount != toCount) {
        if (fromCount < toCount) {
          fromCount *= shape[fromEnd++];
        } else {
          toCount *= newShape[toEnd++];
        }
      }
      if (!isEvenlySpaced(from, fromEnd)) {
        return Optional.empty();
      }
      long stride = innermostStride(from, fromEnd);
      for (int axis = toEnd - 1; axis >= to; axis--) {
        newStrides[axis] = stride;
        stride *= newShape[axis];
      }
      from = fromEnd;
      to = toEnd;
    }
    // What is left on either side has length 1, and its stride does not matter.
    return Optional.of(new Layout(offset, newShape.clone(), newStrides));
  }

  /// Whether the axes from one to another could be one axis.
  private boolean isEvenlySpaced(int from, int to) {
    long expected = 0;
    boolean started = false;
    for (int axis = to - 1; axis >= from; axis--) {
      if (shape[axis] != 1) {
        if (started && strides[axis] != expected) {
          return false;
        }
        started = true;
        expected = strides[axis] * shape[axis];
      }
    }
    return true;
  }

  private long innermostStride(int from, int to) {
    for (int axis = to - 1; axis >= from; axis--) {
      if (shape[axis] != 1) {
        return strides[axis];
      }
    }
    return 1;
  }

  /// `[3,4]`.
  static String listToString(long[] numbers) {
    return Arrays.toString(numbers).replace(" ", "");
  }

  /// `[3, 4] at 0 by [4, 1]`.
  @Override
  public String toString() {
    return Arrays.toString(shape) + " at " + offset + " by " + Arrays.toString(strides);
  }
}
