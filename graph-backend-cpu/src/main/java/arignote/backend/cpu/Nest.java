package arignote.backend.cpu;

import java.util.ArrayList;
import java.util.List;

/// The axes of a loop over several strided operands, as few as possible: axes of length 1 are gone,
/// neighbours that every operand walks like one axis are one.
final class Nest {
  private final long[] lengths;
  private final long[][] strides;

  private Nest(long[] lengths, long[][] strides) {
    this.lengths = lengths;
    this.strides = strides;
  }

  /// @param shape of the loop
  /// @param strides for each operand one for each axis
  static Nest of(long[] shape, List<long[]> strides) {
    List<Integer> kept = new ArrayList<>();
    for (int axis = 0; axis < shape.length; axis++) {
      if (shape[axis] != 1) {
        kept.add(axis);
      }
    }
    List<Long> lengths = new ArrayList<>();
    List<Integer> innermost = new ArrayList<>();
    for (int axis : kept) {
      if (!lengths.isEmpty() && joins(innermost.getLast(), axis, shape, strides)) {
        lengths.set(lengths.size() - 1, lengths.getLast() * shape[axis]);
        innermost.set(innermost.size() - 1, axis);
      } else {
        lengths.add(shape[axis]);
        innermost.add(axis);
      }
    }
    long[][] collapsed = new long[strides.size()][lengths.size()];
    for (int operand = 0; operand < collapsed.length; operand++) {
      for (int axis = 0; axis < lengths.size(); axis++) {
        collapsed[operand][axis] = strides.get(operand)[innermost.get(axis)];
      }
    }
    return new Nest(lengths.stream().mapToLong(Long::longValue).toArray(), collapsed);
  }

  private static boolean joins(int outer, int inner, long[] shape, List<long[]> strides) {
    for (long[] operand : strides) {
      if (operand[outer] != operand[inner] * shape[inner]) {
        return false;
      }
    }
    return true;
  }

  /// The length of an axis, the last one running fastest.
  long length(int axis) {
    return lengths[axis];
  }

  /// The step of an operand along an axis.
  long stride(int operand, int axis) {
    return strides[operand][axis];
  }

  int operands() {
    return strides.length;
  }

  int rank() {
    return lengths.length;
  }

  /// The length of the innermost axis; 1 if there is no axis.
  long inner() {
    return lengths.length == 0 ? 1 : lengths[lengths.length - 1];
  }

  /// The step of an operand along the innermost axis; 0 if there is no axis.
  long innerStride(int operand) {
    return lengths.length == 0 ? 0 : strides[operand][lengths.length - 1];
  }

  /// The steps of all operands along the innermost axis.
  long[] innerStrides() {
    long[] steps = new long[strides.length];
    for (int operand = 0; operand < steps.length; operand++) {
      steps[operand] = innerStride(operand);
    }
    return steps;
  }

  /// How often the innermost axis is walked.
  long rows() {
    long rows = 1;
    for (int axis = 0; axis < lengths.length - 1; axis++) {
      rows *= lengths[axis];
    }
    return rows;
  }

  /// The number of elements.
  long size() {
    return rows() * inner();
  }
}
