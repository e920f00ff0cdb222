package arignote.io;

import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;

/// The element types of `.npy` files that can be read: those of [DType], and smaller ones, which
/// are widened.
enum NpyElement {
  B1(DType.BOOL, 1),
  I1(DType.I32, 1),
  I2(DType.I32, 2),
  I4(DType.I32, 4),
  I8(DType.I64, 8),
  U1(DType.I32, 1),
  U2(DType.I32, 2),
  U4(DType.I64, 4),
  F2(DType.F32, 2),
  F4(DType.F32, 4),
  F8(DType.F64, 8);

  private final DType dtype;
  private final int bytes;

  NpyElement(DType dtype, int bytes) {
    this.dtype = dtype;
    this.bytes = bytes;
  }

  /// The type that NumPy calls `code`, such as `f4`.
  static Optional<NpyElement> of(String code) {
    for (NpyElement element : values()) {
      if (element.code().equals(code)) {
        return Optional.of(element);
      }
    }
    return Optional.empty();
  }

  /// How a dtype is written.
  static NpyElement of(DType dtype) {
    return switch (dtype) {
      case BOOL -> B1;
      case I32 -> I4;
      case I64 -> I8;
      case F32 -> F4;
      case F64 -> F8;
    };
  }

  String code() {
    return Character.toLowerCase(name().charAt(0)) + name().substring(1);
  }

  /// What elements become.
  DType dtype() {
    return dtype;
  }

  /// The size of one element in a file.
  int bytes() {
    return bytes;
  }

  /// Puts consecutive elements of a file into a tensor, from `index` on.
  void decode(MemorySegment raw, ByteOrder order, long count, HostTensor to, long index) {
    switch (this) {
      case I4, F4 -> copyInts(raw, order, to.segment(), index, count);
      case I8, F8 -> copyLongs(raw, order, to.segment(), index, count);
      case B1, I1, I2, U1, U2, U4, F2 -> {
        for (long i = 0; i < count; i++) {
          decodeOne(raw, order, i, to, index + i);
        }
      }
    }
  }

  /// Puts one element of a file, the one at `position` of `raw`, into a tensor.
  void decodeOne(MemorySegment raw, ByteOrder order, long position, HostTensor to, long index) {
    ValueLayout.OfShort shorts = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order);
    ValueLayout.OfInt ints = ValueLayout.JAVA_INT_UNALIGNED.withOrder(order);
    long at = position * bytes;
    switch (this) {
      case B1, I1 -> to.setLong(index, raw.get(ValueLayout.JAVA_BYTE, at));
      case U1 -> to.setLong(index, Byte.toUnsignedLong(raw.get(ValueLayout.JAVA_BYTE, at)));
      case I2 -> to.setLong(index, raw.get(shorts, at));
      case U2 -> to.setLong(index, Short.toUnsignedLong(raw.get(shorts, at)));
      case U4 -> to.setLong(index, Integer.toUnsignedLong(raw.get(ints, at)));
      case F2 -> to.setDouble(index, Float.float16ToFloat(raw.get(shorts, at)));
      // As bits, so that NaNs keep theirs.
      case I4, F4 -> copyInts(raw.asSlice(at), order, to.segment(), index, 1);
      case I8, F8 -> copyLongs(raw.asSlice(at), order, to.segment(), index, 1);
    }
  }

  private static void copyInts(
      MemorySegment from, ByteOrder order, MemorySegment to, long index, long count) {
    ValueLayout.OfInt ints = ValueLayout.JAVA_INT_UNALIGNED;
    MemorySegment.copy(from, ints.withOrder(order), 0, to, ints, index * 4, count);
  }

  private static void copyLongs(
      MemorySegment from, ByteOrder order, MemorySegment to, long index, long count) {
    ValueLayout.OfLong longs = ValueLayout.JAVA_LONG_UNALIGNED;
    MemorySegment.copy(from, longs.withOrder(order), 0, to, longs, index * 8, count);
  }

  /// Takes elements out of a tensor, from `index` on, as a file has them, little-endian.
  static void encode(HostTensor from, long index, long count, MemorySegment raw) {
    ValueLayout.OfInt ints = ValueLayout.JAVA_INT_UNALIGNED;
    ValueLayout.OfLong longs = ValueLayout.JAVA_LONG_UNALIGNED;
    ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    MemorySegment elements = from.segment();
    switch (from.dtype()) {
      case BOOL -> MemorySegment.copy(elements, index, raw, 0, count);
      case I32, F32 ->
          MemorySegment.copy(elements, ints, index * 4, raw, ints.withOrder(order), 0, count);
      case I64, F64 ->
          MemorySegment.copy(elements, longs, index * 8, raw, longs.withOrder(order), 0, count);
    }
  }
}
