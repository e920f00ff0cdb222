package arignote.backend.cpu;

import java.util.ArrayList;
import java.util.List;

/// The axes of a loop with reductions: those that stay, and those along which rows lie.
///
/// @param kept over what is read and written, a row at a time
/// @param row over the same, along one row
record Rows(Nest kept, Nest row) {
  /// @param strides of what is read and written, one for each axis of the loop
  static Rows of(long[] shape, List<Integer> reduced, List<long[]> strides) {
    List<Integer> kept = new ArrayList<>();
    for (int axis = 0; axis < shape.length; axis++) {
      if (!reduced.contains(axis)) {
        kept.add(axis);
      }
    }
    return new Rows(nest(shape, kept, strides), nest(shape, reduced, strides));
  }

  private static Nest nest(long[] shape, List<Integer> axes, List<long[]> strides) {
    return Nest.of(pick(shape, axes), strides.stream().map(all -> pick(all, axes)).toList());
  }

  private static long[] pick(long[] values, List<Integer> axes) {
    return axes.stream().mapToLong(axis -> values[axis]).toArray();
  }

  /// How many rows there are.
  long count() {
    return kept.size();
  }
}
