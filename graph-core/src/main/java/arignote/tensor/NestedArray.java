package arignote.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A Java array of numbers or bools, nested to any depth, on its way to a tensor: `float[]`,
/// `int[][]`.
final class NestedArray {
  private static final Map<Class<?>, DType> DTYPES =
      Map.of(
          boolean.class, DType.BOOL,
          int.class, DType.I32,
          long.class, DType.I64,
          float.class, DType.F32,
          double.class, DType.F64);

  private final Object array;
  private final HostTensor tensor;

  private NestedArray(Object array, DType dtype, int rank) {
    this.array = array;
    this.tensor = HostTensor.zeros(dtype, shape(array, rank));
  }

  /// @throws TensorException if it is no such array or its rows differ in length
  static HostTensor tensor(Object array) {
    Class<?> element = array.getClass();
    int rank = 0;
    for (; element.isArray(); element = element.componentType()) {
      rank++;
    }
    DType dtype = DTYPES.get(element);
    if (dtype == null) {
      throw new TensorException(
          "cannot make a tensor of a %s; expected an array of boolean, int, long, float or double, nested to any depth"
              .formatted(array.getClass().getTypeName()));
    }
    NestedArray nested = new NestedArray(array, dtype, rank);
    nested.copy(array, 0, "", 0);
    return nested.tensor;
  }

  /// The lengths of the array, of its first row, of that one's first row; 0 below an empty one.
  private static long[] shape(Object array, int rank) {
    long[] shape = new long[rank];
    Object row = array;
    for (int axis = 0; axis < rank && row != null; axis++) {
      shape[axis] = Array.getLength(row);
      row = row instanceof Object[] rows && rows.length > 0 ? rows[0] : null;
    }
    return shape;
  }

  private void copy(@Nullable Object row, int axis, String path, long index) {
    if (row == null || Array.getLength(row) != tensor.dim(axis)) {
      throw new TensorException(
          "cannot make a tensor of a %s whose rows differ: row %s %s, the first one has length %d"
              .formatted(
                  array.getClass().getTypeName(),
                  path,
                  row == null ? "is null" : "has length " + Array.getLength(row),
                  tensor.dim(axis)));
    }
    if (row instanceof Object[] rows) {
      long stride = 1;
      for (int inner = axis + 1; inner < tensor.rank(); inner++) {
        stride *= tensor.dim(inner);
      }
      for (int i = 0; i < rows.length; i++) {
        copy(rows[i], axis + 1, path + "[" + i + "]", index + i * stride);
      }
    } else {
      MemorySegment elements = elements(row);
      MemorySegment.copy(
          elements, 0, tensor.segment(), index * tensor.dtype().bytes(), elements.byteSize());
    }
  }

  private static MemorySegment elements(Object row) {
    return switch (row) {
      case int[] values -> MemorySegment.ofArray(values);
      case long[] values -> MemorySegment.ofArray(values);
      case float[] values -> MemorySegment.ofArray(values);
      case double[] values -> MemorySegment.ofArray(values);
      case boolean[] values -> HostTensor.of(values).segment();
      default -> throw new IllegalStateException("not an array of numbers: " + row.getClass());
    };
  }
}
