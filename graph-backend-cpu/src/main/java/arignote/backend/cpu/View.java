package arignote.backend.cpu;

import arignote.plan.Layout;
import arignote.tensor.DType;

/// Where a value lies: elements of a slot's memory in some layout.
record View(Slot slot, Layout layout, DType dtype) {
  /// All of a slot, row by row.
  static View dense(Slot slot, DType dtype, long... shape) {
    return new View(slot, Layout.dense(shape), dtype);
  }

  View with(Layout other) {
    return new View(slot, other, dtype);
  }

  /// The distance of the first element from the slot's start.
  long offset() {
    return layout.offset() * dtype.bytes();
  }

  /// The distances between neighbours in bytes.
  long[] strides() {
    long[] strides = layout.strides();
    for (int axis = 0; axis < strides.length; axis++) {
      strides[axis] *= dtype.bytes();
    }
    return strides;
  }

  long bytes() {
    return layout.size() * dtype.bytes();
  }

  /// Whether this is all of its slot, row by row.
  boolean isWhole() {
    return layout.offset() == 0 && layout.isDense() && bytes() == slot.bytes();
  }
}
