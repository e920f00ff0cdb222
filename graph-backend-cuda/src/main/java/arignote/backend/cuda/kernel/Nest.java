package arignote.backend.cuda.kernel;

import arignote.plan.JoinedAxes;
import java.util.List;

/// Loops over some axes with the operands' strides along them, in as few loops as their memory
/// allows, see [JoinedAxes].
///
/// @param shape the lengths, outermost first
/// @param places the operands, with strides along these axes
public record Nest(long[] shape, List<Place> places) {
  /// The loops over a shape.
  public static Nest of(long[] shape, List<Place> places) {
    JoinedAxes joined = JoinedAxes.of(shape, places.stream().map(Place::strides).toList());
    return new Nest(
        joined.lengths(), places.stream().map(place -> place.select(joined.innermost())).toList());
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
