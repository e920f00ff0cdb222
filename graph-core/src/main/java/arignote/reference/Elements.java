package arignote.reference;

import arignote.tensor.HostTensor;

/// Elements of row-major tensors by position.
final class Elements {
  private Elements() {}

  /// Copies one element between tensors of one dtype.
  static void copy(HostTensor from, long source, HostTensor to, long target) {
    if (from.dtype().isFloat()) {
      to.setDouble(target, from.getDouble(source));
    } else {
      to.setLong(target, from.getLong(source));
    }
  }

  /// How many positions apart neighbours along each axis lie.
  static long[] strides(long... shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    return strides;
  }

  /// For each index of `shape`, row by row, its position in a tensor whose neighbours lie `strides`
  /// apart.
  static long[] positions(long[] shape, long[] strides) {
    int count = Math.toIntExact(product(shape, 0, shape.length));
    long[] positions = new long[count];
    long[] index = new long[shape.length];
    long position = 0;
    for (int i = 0; i < count; i++) {
      positions[i] = position;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        position += strides[axis];
        if (++index[axis] < shape[axis]) {
          break;
        }
        position -= index[axis] * strides[axis];
        index[axis] = 0;
      }
    }
    return positions;
  }

  /// The number of elements of the axes from `from` to before `to`.
  static long product(long[] shape, int from, int to) {
    long product = 1;
    for (int axis = from; axis < to; axis++) {
      product *= shape[axis];
    }
    return product;
  }
}
