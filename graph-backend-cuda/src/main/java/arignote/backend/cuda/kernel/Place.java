package arignote.backend.cuda.kernel;

import arignote.ir.op.LoopAxes;
import arignote.plan.Layout;
import arignote.plan.Slot;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Where the values of a loop's operand are, by the position in the loop: in memory, or the
/// position itself, which is counted.
///
/// @param slot the memory; empty if the value is `offset` plus the positions times the strides
/// @param offset of the first element, in elements
/// @param strides one for each axis of the loop, in elements
public record Place(Optional<Slot> slot, DType dtype, long offset, long[] strides) {
  /// A view that has the shape of the loop.
  public static Place of(View view) {
    return new Place(
        Optional.of(view.slot()), view.dtype(), view.layout().offset(), view.layout().strides());
  }

  /// A view whose axes lie along some of the loop's.
  ///
  /// @param axes for each axis of the view that of the loop, or [LoopAxes#NONE]
  public static Place along(View view, List<Integer> axes, int rank) {
    Layout layout = view.layout();
    long[] strides = new long[rank];
    for (int axis = 0; axis < axes.size(); axis++) {
      if (axes.get(axis) != LoopAxes.NONE && layout.dim(axis) != 1) {
        strides[axes.get(axis)] += layout.stride(axis);
      }
    }
    return new Place(Optional.of(view.slot()), view.dtype(), layout.offset(), strides);
  }

  /// What is counted along one axis of the loop.
  public static Place position(int axis, int rank) {
    long[] strides = new long[rank];
    strides[axis] = 1;
    return new Place(Optional.empty(), DType.I64, 0, strides);
  }

  /// A number that is the same everywhere.
  public static Place number(long value, int rank) {
    return new Place(Optional.empty(), DType.I64, value, new long[rank]);
  }

  /// The same along other axes.
  public Place withStrides(long[] others) {
    return new Place(slot, dtype, offset, others);
  }

  /// Some of the axes.
  public Place select(List<Integer> axes) {
    return withStrides(axes.stream().mapToLong(axis -> strides[axis]).toArray());
  }

  /// The strides of the last axes.
  public Place last(int count) {
    return withStrides(Arrays.copyOfRange(strides, strides.length - count, strides.length));
  }

  /// Whether it is the same everywhere.
  public boolean isRepeated() {
    return Arrays.stream(strides).allMatch(stride -> stride == 0);
  }

  /// The address of the first element.
  ///
  /// @throws java.util.NoSuchElementException if it is not in memory
  public Argument address() {
    return new Argument.Address(slot.orElseThrow(), offset * dtype.bytes());
  }
}
