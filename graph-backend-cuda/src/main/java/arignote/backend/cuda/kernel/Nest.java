package arignote.backend.cuda.kernel;

import java.util.ArrayList;
import java.util.List;

/// Loops over some axes with the operands' strides along them, in as few loops as their memory
/// allows: axes of length 1 are gone, and neighbours that every operand walks through evenly are
/// one.
///
/// @param shape the lengths, outermost first
/// @param places the operands, with strides along these axes
public record Nest(long[] shape, List<Place> places) {
  /// The loops over a shape.
  public static Nest of(long[] shape, List<Place> places) {
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < shape.length; axis++) {
      if (shape[axis] != 1) {
        axes.add(axis);
      }
    }
    // Each group is one loop, of all its axes; the stride is that of the last.
    List<Integer> last = new ArrayList<>();
    List<Long> lengths = new ArrayList<>();
    for (int axis : axes) {
      if (!last.isEmpty() && isEven(places, last.getLast(), axis, shape[axis])) {
        last.set(last.size() - 1, axis);
        lengths.set(lengths.size() - 1, lengths.getLast() * shape[axis]);
      } else {
        last.add(axis);
        lengths.add(shape[axis]);
      }
    }
    return new Nest(
        lengths.stream().mapToLong(Long::longValue).toArray(),
        places.stream().map(place -> place.select(last)).toList());
  }

  private static boolean isEven(List<Place> places, int outer, int inner, long length) {
    return places.stream()
        .allMatch(place -> place.strides()[outer] == place.strides()[inner] * length);
  }

  public int rank() {
    return shape.length;
  }

  /// How many positions there are.
  public long size() {
    long size = 1;
    for (long length : shape) {
      size *= length;
    }
    return size;
  }

  /// Whether an operand's elements follow each other as the positions do.
  public boolean isDense(Place place) {
    long expected = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      if (place.strides()[axis] != expected) {
        return false;
      }
      expected *= shape[axis];
    }
    return true;
  }

  /// How far from its first element an operand goes, in elements.
  public long extent(Place place) {
    long extent = 0;
    for (int axis = 0; axis < shape.length; axis++) {
      extent += Math.abs(place.strides()[axis]) * Math.max(0, shape[axis] - 1);
    }
    return extent;
  }
}
