package arignote.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/// A dense, row-major tensor in off-heap host memory: the form in which values enter and leave
/// compiled functions.
///
/// The memory belongs to the [Arena] it was allocated in; without one it is freed when the tensor
/// is garbage collected. Instances can be shared between threads; writing while another thread
/// reads is the caller's affair.
public final class HostTensor {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  /// Alignment of allocated tensors in bytes: one cache line, one AVX-512 vector.
  public static final long ALIGNMENT = 64;

  /// Memory, all zero, that is freed when the garbage collector finds that nothing refers to it.
  public static final SegmentAllocator COLLECTED =
      (bytes, alignment) -> {
        Arena arena = Arena.ofAuto();
        return LargePages.allocate(arena, bytes).orElseGet(() -> arena.allocate(bytes, alignment));
      };

  /// At most so many elements, of any type, have a size in bytes that fits a long.
  private static final long MAX_SIZE = Long.MAX_VALUE / Long.BYTES;

  private final DType dtype;
  private final long[] shape;
  private final long size;
  private final MemorySegment segment;

  private HostTensor(DType dtype, long[] shape, MemorySegment segment) {
    this.dtype = dtype;
    this.shape = shape;
    this.size = sizeOf(shape);
    this.segment = segment;
  }

  /// A tensor of zeros.
  public static HostTensor zeros(DType dtype, long... shape) {
    return allocate(COLLECTED, dtype, shape);
  }

  /// A tensor in memory of an allocator: zeros that live as long as it does, if that is an [Arena].
  public static HostTensor allocate(SegmentAllocator memory, DType dtype, long... shape) {
    long bytes = sizeOf(shape) * dtype.bytes();
    return new HostTensor(dtype, shape.clone(), memory.allocate(Math.max(bytes, 1), ALIGNMENT));
  }

  /// A tensor over existing memory, elements in the machine's byte order, which is neither copied
  /// nor freed.
  ///
  /// @throws TensorException if `segment` is shorter than the shape needs
  public static HostTensor wrap(MemorySegment segment, DType dtype, long... shape) {
    long bytes = sizeOf(shape) * dtype.bytes();
    if (segment.byteSize() < bytes) {
      throw new TensorException(
          "wrap: a tensor %s needs %d bytes, the segment has %d"
              .formatted(TensorException.type(dtype, shape), bytes, segment.byteSize()));
    }
    return new HostTensor(dtype, shape.clone(), segment);
  }

  /// A vector of these elements.
  public static HostTensor of(float[] values) {
    return of(values, values.length);
  }

  /// A tensor of these elements, row by row.
  ///
  /// @throws TensorException if they are not as many as the shape needs
  public static HostTensor of(float[] values, long... shape) {
    HostTensor tensor = checked(DType.F32, values.length, shape);
    MemorySegment.copy(values, 0, tensor.segment, FLOAT, 0, values.length);
    return tensor;
  }

  /// A vector of these elements.
  public static HostTensor of(double[] values) {
    return of(values, values.length);
  }

  /// A tensor of these elements, row by row.
  ///
  /// @throws TensorException if they are not as many as the shape needs
  public static HostTensor of(double[] values, long... shape) {
    HostTensor tensor = checked(DType.F64, values.length, shape);
    MemorySegment.copy(values, 0, tensor.segment, DOUBLE, 0, values.length);
    return tensor;
  }

  /// A vector of these elements.
  public static HostTensor of(int[] values) {
    return of(values, values.length);
  }

  /// A tensor of these elements, row by row.
  ///
  /// @throws TensorException if they are not as many as the shape needs
  public static HostTensor of(int[] values, long... shape) {
    HostTensor tensor = checked(DType.I32, values.length, shape);
    MemorySegment.copy(values, 0, tensor.segment, INT, 0, values.length);
    return tensor;
  }

  /// A vector of these elements.
  public static HostTensor of(long[] values) {
    return of(values, values.length);
  }

  /// A tensor of these elements, row by row.
  ///
  /// @throws TensorException if they are not as many as the shape needs
  public static HostTensor of(long[] values, long... shape) {
    HostTensor tensor = checked(DType.I64, values.length, shape);
    MemorySegment.copy(values, 0, tensor.segment, LONG, 0, values.length);
    return tensor;
  }

  /// A vector of these elements.
  public static HostTensor of(boolean[] values) {
    return of(values, values.length);
  }

  /// A tensor of these elements, row by row.
  ///
  /// @throws TensorException if they are not as many as the shape needs
  public static HostTensor of(boolean[] values, long... shape) {
    HostTensor tensor = checked(DType.BOOL, values.length, shape);
    for (int i = 0; i < values.length; i++) {
      tensor.setLong(i, values[i] ? 1 : 0);
    }
    return tensor;
  }

  /// A tensor of the elements of a Java array of booleans, ints, longs, floats or doubles, nested
  /// to any depth: an `i32[2,3]` of an `int[2][3]`.
  ///
  /// @throws TensorException if it is no such array, or its rows differ in length
  public static HostTensor ofArray(Object array) {
    return NestedArray.tensor(array);
  }

  /// A tensor without axes, holding one value rounded to `dtype`.
  public static HostTensor scalar(DType dtype, double value) {
    HostTensor tensor = zeros(dtype);
    tensor.setDouble(0, value);
    return tensor;
  }

  /// A tensor without axes, holding one integer (or, for floats, the nearest value).
  public static HostTensor scalar(DType dtype, long value) {
    HostTensor tensor = zeros(dtype);
    tensor.setLong(0, value);
    return tensor;
  }

  private static HostTensor checked(DType dtype, int length, long[] shape) {
    if (sizeOf(shape) != length) {
      throw new TensorException(
          "of: an array of %d elements cannot fill a tensor %s of %d elements; give other lengths"
              .formatted(length, TensorException.type(dtype, shape), sizeOf(shape)));
    }
    return zeros(dtype, shape);
  }

  private static long sizeOf(long[] shape) {
    long size = 1;
    boolean empty = false;
    boolean fits = true;
    for (long length : shape) {
      if (length < 0) {
        throw new TensorException(
            "a tensor cannot have the shape %s: lengths are 0 or more"
                .formatted(Arrays.toString(shape)));
      }
      empty |= length == 0;
      fits &= length == 0 || size <= MAX_SIZE / length;
      size *= length;
    }
    if (!empty && !fits) {
      throw new TensorException(
          "a tensor of the shape %s has more elements than memory can hold"
              .formatted(Arrays.toString(shape)));
    }
    return empty ? 0 : size;
  }

  public DType dtype() {
    return dtype;
  }

  /// The length of each axis; a copy.
  public long[] shape() {
    return shape.clone();
  }

  public int rank() {
    return shape.length;
  }

  /// The length of one axis.
  public long dim(int axis) {
    return shape[axis];
  }

  /// The number of elements.
  public long size() {
    return size;
  }

  /// The number of bytes of all elements.
  public long byteSize() {
    return size * dtype.bytes();
  }

  /// The memory itself: elements row by row, without gaps, in the machine's byte order.
  public MemorySegment segment() {
    return segment;
  }

  /// The element at a row-major position as a double; bools are 0 and 1.
  public double getDouble(long index) {
    return switch (dtype) {
      case BOOL -> segment.get(BYTE, index);
      case I32 -> segment.get(INT, index * 4);
      case I64 -> segment.get(LONG, index * 8);
      case F32 -> segment.get(FLOAT, index * 4);
      case F64 -> segment.get(DOUBLE, index * 8);
    };
  }

  /// The element at a row-major position as a long; floats are truncated towards zero.
  public long getLong(long index) {
    return switch (dtype) {
      case BOOL -> segment.get(BYTE, index);
      case I32 -> segment.get(INT, index * 4);
      case I64 -> segment.get(LONG, index * 8);
      case F32 -> (long) segment.get(FLOAT, index * 4);
      case F64 -> (long) segment.get(DOUBLE, index * 8);
    };
  }

  /// Sets the element at a row-major position, rounded (floats), truncated (integers) or compared
  /// with zero (bool).
  public void setDouble(long index, double value) {
    switch (dtype) {
      case BOOL -> segment.set(BYTE, index, (byte) (value != 0 ? 1 : 0));
      case I32 -> segment.set(INT, index * 4, (int) value);
      case I64 -> segment.set(LONG, index * 8, (long) value);
      case F32 -> segment.set(FLOAT, index * 4, (float) value);
      case F64 -> segment.set(DOUBLE, index * 8, value);
    }
  }

  /// Sets elements that follow each other, row by row, as [#setDouble] does one.
  ///
  /// @param index the position of the first
  public void setDoubles(long index, double[] values) {
    switch (dtype) {
      case F32 -> {
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
          rounded[i] = (float) values[i];
        }
        MemorySegment.copy(rounded, 0, segment, FLOAT, index * 4, rounded.length);
      }
      case F64 -> MemorySegment.copy(values, 0, segment, DOUBLE, index * 8, values.length);
      case BOOL, I32, I64 -> {
        for (int i = 0; i < values.length; i++) {
          setDouble(index + i, values[i]);
        }
      }
    }
  }

  /// Sets the element at a row-major position; integers wrap as Java's casts do.
  public void setLong(long index, long value) {
    switch (dtype) {
      case BOOL -> segment.set(BYTE, index, (byte) (value != 0 ? 1 : 0));
      case I32 -> segment.set(INT, index * 4, (int) value);
      case I64 -> segment.set(LONG, index * 8, value);
      case F32 -> segment.set(FLOAT, index * 4, (float) value);
      case F64 -> segment.set(DOUBLE, index * 8, (double) value);
    }
  }

  /// The only element, as a double.
  ///
  /// @throws TensorException if there is not exactly one
  public double item() {
    if (size != 1) {
      throw new TensorException(
          "item: needs exactly one element, this tensor is %s; read one with getDouble(index)"
              .formatted(TensorException.type(dtype, shape)));
    }
    return getDouble(0);
  }

  /// The elements, row by row, converted to floats.
  public float[] toFloatArray() {
    float[] values = new float[Math.toIntExact(size)];
    if (dtype == DType.F32) {
      MemorySegment.copy(segment, FLOAT, 0, values, 0, values.length);
    } else {
      for (int i = 0; i < values.length; i++) {
        // Not by way of a double, which would round long integers twice.
        values[i] = dtype.isInteger() ? (float) getLong(i) : (float) getDouble(i);
      }
    }
    return values;
  }

  /// The elements, row by row, converted to doubles.
  public double[] toDoubleArray() {
    double[] values = new double[Math.toIntExact(size)];
    if (dtype == DType.F64) {
      MemorySegment.copy(segment, DOUBLE, 0, values, 0, values.length);
    } else {
      for (int i = 0; i < values.length; i++) {
        values[i] = getDouble(i);
      }
    }
    return values;
  }

  /// The elements, row by row, converted to longs as [#getLong] does.
  public long[] toLongArray() {
    long[] values = new long[Math.toIntExact(size)];
    for (int i = 0; i < values.length; i++) {
      values[i] = getLong(i);
    }
    return values;
  }

  /// The elements, row by row: whether each differs from zero.
  public boolean[] toBooleanArray() {
    boolean[] values = new boolean[Math.toIntExact(size)];
    for (int i = 0; i < values.length; i++) {
      values[i] = getDouble(i) != 0;
    }
    return values;
  }

  /// An independent tensor with the same elements.
  public HostTensor copy() {
    HostTensor copy = zeros(dtype, shape);
    copy.copyFrom(this);
    return copy;
  }

  /// Overwrites the elements with those of a tensor of the same dtype and shape.
  ///
  /// @throws TensorException if dtype or shape differ, or its memory is closed
  public void copyFrom(HostTensor other) {
    if (other.dtype != dtype || !Arrays.equals(other.shape, shape)) {
      throw new TensorException(
          "copyFrom: cannot copy %s into %s; reshape or cast it"
              .formatted(
                  TensorException.type(other.dtype, other.shape),
                  TensorException.type(dtype, shape)));
    }
    if (!other.segment.scope().isAlive()) {
      throw new TensorException(
          "copyFrom: the memory of the tensor %s is closed already; copy() it before that"
              .formatted(TensorException.type(other.dtype, other.shape)));
    }
    MemorySegment.copy(other.segment, 0, segment, 0, byteSize());
  }

  /// The same elements in the same memory under another shape.
  ///
  /// @throws TensorException if the number of elements differs
  public HostTensor reshape(long... newShape) {
    if (sizeOf(newShape) != size) {
      throw new TensorException(
          "reshape: cannot reshape %s to %s, the numbers of elements are %d and %d and must be equal"
              .formatted(
                  TensorException.type(dtype, shape),
                  TensorException.type(dtype, newShape),
                  size,
                  sizeOf(newShape)));
    }
    return new HostTensor(dtype, newShape.clone(), segment);
  }

  /// The elements converted to another dtype as the op `cast` does; this tensor itself where it has
  /// that dtype already.
  public HostTensor cast(DType to) {
    if (to == dtype) {
      return this;
    }
    HostTensor result = zeros(to, shape);
    for (long i = 0; i < size; i++) {
      if (dtype.isFloat()) {
        result.setDouble(i, getDouble(i));
      } else {
        result.setLong(i, getLong(i));
      }
    }
    return result;
  }

  /// Whether dtype, shape and every bit of the elements are the same.
  public boolean sameAs(HostTensor other) {
    return dtype == other.dtype
        && Arrays.equals(shape, other.shape)
        && MemorySegment.mismatch(segment, 0, byteSize(), other.segment, 0, byteSize()) < 0;
  }

  /// The type and the elements, `f32[2,2] [[1.0, 2.0], [3.0, 4.0]]`; of large tensors the type and
  /// the number of elements only.
  @Override
  public String toString() {
    return new TensorText(this).withType();
  }

  /// All elements as nested lists, `[[1.0, 2.0], [3.0, 4.0]]`, each in the shortest form that reads
  /// back to the same value; a scalar stands alone.
  public String elementsToString() {
    return new TensorText(this).elements();
  }

  /// The shape as a list, for messages and maps.
  public List<Long> shapeAsList() {
    return Arrays.stream(shape).boxed().toList();
  }
}
