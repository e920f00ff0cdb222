package arignote.backend.cpu;

/// Walks some axes of a [Nest], keeping the address of every operand.
final class Odometer {
  private final long[] lengths;
  private final long[][] strides;
  private final long[] position;
  private final long[] addresses;

  /// Walks the first `axes` axes, the last of them running fastest.
  Odometer(Nest nest, int axes) {
    this.lengths = new long[axes];
    this.strides = new long[nest.operands()][axes];
    for (int axis = 0; axis < axes; axis++) {
      lengths[axis] = nest.length(axis);
      for (int operand = 0; operand < strides.length; operand++) {
        strides[operand][axis] = nest.stride(operand, axis);
      }
    }
    this.position = new long[axes];
    this.addresses = new long[strides.length];
  }

  /// How many positions there are.
  long size() {
    long size = 1;
    for (int axis = 0; axis < position.length; axis++) {
      size *= lengths[axis];
    }
    return size;
  }

  /// Sets the address of an operand's first element; [#seek] comes after it.
  void start(int operand, long address) {
    addresses[operand] = address;
  }

  /// Goes from the first position to another, counted in the order of walking; there must be one.
  void seek(long index) {
    long rest = index;
    for (int axis = position.length - 1; axis >= 0; axis--) {
      position[axis] = rest % lengths[axis];
      rest /= lengths[axis];
      for (int operand = 0; operand < addresses.length; operand++) {
        addresses[operand] += position[axis] * strides[operand][axis];
      }
    }
  }

  long address(int operand) {
    return addresses[operand];
  }

  /// How many positions there are from here on to the end of the last axis.
  long rest() {
    int last = position.length - 1;
    return last < 0 ? 1 : lengths[last] - position[last];
  }

  /// How far it is to the next position but at the end of the last axis.
  long step(int operand) {
    int last = position.length - 1;
    return last < 0 ? 0 : strides[operand][last];
  }

  /// Goes on by some positions, none but the last of them at the end of the last axis.
  void advance(long count) {
    if (count > 1) {
      int last = position.length - 1;
      position[last] += count - 1;
      for (int operand = 0; operand < addresses.length; operand++) {
        addresses[operand] += (count - 1) * strides[operand][last];
      }
    }
    advance();
  }

  /// Goes to the next position, from the last to the first.
  void advance() {
    for (int axis = position.length - 1; axis >= 0; axis--) {
      long length = lengths[axis];
      if (++position[axis] < length) {
        for (int operand = 0; operand < addresses.length; operand++) {
          addresses[operand] += strides[operand][axis];
        }
        return;
      }
      position[axis] = 0;
      for (int operand = 0; operand < addresses.length; operand++) {
        addresses[operand] -= (length - 1) * strides[operand][axis];
      }
    }
  }
}
