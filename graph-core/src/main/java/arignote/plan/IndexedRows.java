package arignote.plan;

/// The rows that the indices of a gather or scatter name, in dense tensors: `batches` times
/// `before` blocks of `length` rows of `rowElements`, with `count` indices in each batch.
public record IndexedRows(long batches, long before, long length, long count, long rowElements) {
  /// The rows along an axis.
  ///
  /// @param shape of what is gathered from or scattered into
  /// @param batch how many of the first axes it has in common with the indices
  public static IndexedRows of(long[] shape, long[] indexShape, int axis, int batch) {
    return new IndexedRows(
        product(shape, 0, batch),
        product(shape, batch, axis),
        shape[axis],
        product(indexShape, batch, indexShape.length),
        product(shape, axis + 1, shape.length));
  }

  private static long product(long[] lengths, int from, int to) {
    long product = 1;
    for (int axis = from; axis < to; axis++) {
      product *= lengths[axis];
    }
    return product;
  }

  /// How many indices there are.
  public long indices() {
    return batches * count;
  }

  /// How many rows are gathered, or updated.
  public long rowsMoved() {
    return batches * before * count;
  }

  /// How many elements what is gathered from or scattered into has.
  public long elements() {
    return batches * before * length * rowElements;
  }

  /// How many elements are gathered, or updated.
  public long elementsMoved() {
    return rowsMoved() * rowElements;
  }
}
