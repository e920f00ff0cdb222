package arignote.backend.cpu;

import arignote.plan.JoinedAxes;
import java.util.List;

/// The axes of a loop over several strided operands, as few as possible, see [JoinedAxes].
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
    JoinedAxes joined = JoinedAxes.of(shape, strides);
    long[][] collapsed = new long[strides.size()][joined.lengths().length];
    for (int operand = 0; operand < collapsed.length; operand++) {
      for (int axis = 0; axis < joined.lengths().length; axis++) {
        collapsed[operand][axis] = strides.get(operand)[joined.innermost().get(axis)];
      }
    }
    return new Nest(joined.lengths(), collapsed);
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
