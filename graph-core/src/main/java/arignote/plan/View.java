package arignote.plan;

import arignote.tensor.DType;

/// Where a value lies: elements of a slot's memory in some layout.
public record View(Slot slot, Layout layout, DType dtype) {
  /// All of a slot, row by row.
  public static View dense(Slot slot, DType dtype, long... shape) {
    return new View(slot, Layout.dense(shape), dtype);
  }

  public View with(Layout other) {
    return new View(slot, other, dtype);
  }

  /// The distance of the first element from the slot's start in bytes.
  public long offset() {
    return layout.offset() * dtype.bytes();
  }

  /// The distances between neighbours in bytes.
  public long[] strides() {
    long[] strides = layout.strides();
    for (int axis = 0; axis < strides.length; axis++) {
      strides[axis] *= dtype.bytes();
    }
    return strides;
  }

  /// How much memory its elements take if they lie row by row.
  public long bytes() {
    return layout.size() * dtype.bytes();
  }

  /// Whether this is all of its slot, row by row.
  public boolean isWhole() {
    return layout.offset() == 0 && layout.isDense() && bytes() == slot.bytes();
  }

  /// Whether another value has the same elements in the same places.
  public boolean isSameAs(View other) {
    return slot == other.slot && layout.samePositions(other.layout);
  }

  /// `f32[4,3]`.
  public String type() {
    return dtype + Layout.listToString(layout.shape());
  }
}
