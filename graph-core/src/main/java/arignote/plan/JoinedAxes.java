package arignote.plan;

import java.util.ArrayList;
import java.util.List;

/// The axes of a loop over several strided operands, as few as their memory allows: axes of length
/// 1 are gone, and neighbours that every operand walks through evenly are one.
///
/// @param lengths of the axes that remain, outermost first
/// @param innermost of each of them the last of the axes that it was made of, whose strides are its
///   own
public record JoinedAxes(long[] lengths, List<Integer> innermost) {
  /// Joins axes.
  ///
  /// @param shape of the loop
  /// @param strides for each operand one for each axis
  public static JoinedAxes of(long[] shape, List<long[]> strides) {
    List<Integer> innermost = new ArrayList<>();
    List<Long> lengths = new ArrayList<>();
    for (int axis = 0; axis < shape.length; axis++) {
      if (shape[axis] == 1) {
        continue;
      }
      if (!innermost.isEmpty() && isEven(strides, innermost.getLast(), axis, shape[axis])) {
        innermost.set(innermost.size() - 1, axis);
        lengths.set(lengths.size() - 1, lengths.getLast() * shape[axis]);
      } else {
        innermost.add(axis);
        lengths.add(shape[axis]);
      }
    }
    return new JoinedAxes(
        lengths.stream().mapToLong(Long::longValue).toArray(), List.copyOf(innermost));
  }

  private static boolean isEven(List<long[]> strides, int outer, int inner, long length) {
    for (long[] operand : strides) {
      if (operand[outer] != operand[inner] * length) {
        return false;
      }
    }
    return true;
  }
}
