package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Memory;
import arignote.ir.Apply;
import arignote.ir.EvaluationException;
import arignote.tensor.DType;

/// The geometry of a gather or scatter, whose tensors are dense: `batches` times `before` blocks of
/// `length` rows of `rowBytes`, `count` indices in each batch.
final class Indices {
  private final Apply apply;
  private final DType indexDtype;
  private final long[] shape;
  private final long[] indexShape;
  private final int axis;
  final long batches;
  final long before;
  final long length;
  final long count;
  final long rowElements;

  /// @param shape of what is gathered from or scattered into
  Indices(Apply apply, int axis, int batch, long[] shape, DType indexDtype, long[] indexShape) {
    this.apply = apply;
    this.axis = axis;
    this.indexDtype = indexDtype;
    this.shape = shape;
    this.indexShape = indexShape;
    this.batches = product(shape, 0, batch);
    this.before = product(shape, batch, axis);
    this.length = shape[axis];
    this.count = product(indexShape, batch, indexShape.length);
    this.rowElements = product(shape, axis + 1, shape.length);
  }

  private static long product(long[] lengths, int from, int to) {
    long product = 1;
    for (int axis = from; axis < to; axis++) {
      product *= lengths[axis];
    }
    return product;
  }

  /// How many rows are gathered, or updated.
  long rows() {
    return batches * before * count;
  }

  /// An index that has been checked.
  long at(long address, long position) {
    return indexDtype == DType.I32
        ? Memory.getInt(address + position * 4)
        : Memory.getLong(address + position * 8);
  }

  /// Checks all indices.
  ///
  /// @throws EvaluationException if one is outside the axis
  void check(long address) {
    for (long position = 0; position < batches * count; position++) {
      long index = at(address, position);
      if (index < 0 || index >= length) {
        throw EvaluationException.ofIndex(apply, axis, shape, indexShape, position, index);
      }
    }
  }
}
