package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Memory;
import arignote.ir.Apply;
import arignote.ir.EvaluationException;
import arignote.plan.IndexedRows;
import arignote.tensor.DType;

/// The indices of a gather or scatter, and the rows that they name.
final class Indices {
  private final Apply apply;
  private final DType indexDtype;
  private final long[] shape;
  private final long[] indexShape;
  private final int axis;
  private final IndexedRows rows;

  /// @param shape of what is gathered from or scattered into
  Indices(Apply apply, int axis, int batch, long[] shape, DType indexDtype, long[] indexShape) {
    this.apply = apply;
    this.axis = axis;
    this.indexDtype = indexDtype;
    this.shape = shape;
    this.indexShape = indexShape;
    this.rows = IndexedRows.of(shape, indexShape, axis, batch);
  }

  IndexedRows rows() {
    return rows;
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
    for (long position = 0; position < rows.indices(); position++) {
      long index = at(address, position);
      if (index < 0 || index >= rows.length()) {
        throw EvaluationException.ofIndex(apply, axis, shape, indexShape, position, index);
      }
    }
  }
}
