package arignote.backend.cpu.codegen;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// All memory, by address. What generated code calls to read and write.
///
/// Addresses must come from live segments and stay inside them: nothing checks here.
public final class Memory {
  /// A segment from address 0 to the end of memory; being a constant, its checks cost nothing.
  public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /// The byte order of tensors.
  public static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final long ONES = 0x0101010101010101L;

  private Memory() {}

  public static float getFloat(long address) {
    return ALL.get(FLOAT, address);
  }

  public static double getDouble(long address) {
    return ALL.get(DOUBLE, address);
  }

  public static int getInt(long address) {
    return ALL.get(INT, address);
  }

  public static long getLong(long address) {
    return ALL.get(LONG, address);
  }

  public static int getByte(long address) {
    return ALL.get(BYTE, address);
  }

  public static void putFloat(long address, float value) {
    ALL.set(FLOAT, address, value);
  }

  public static void putDouble(long address, double value) {
    ALL.set(DOUBLE, address, value);
  }

  public static void putInt(long address, int value) {
    ALL.set(INT, address, value);
  }

  public static void putLong(long address, long value) {
    ALL.set(LONG, address, value);
  }

  public static void putByte(long address, int value) {
    ALL.set(BYTE, address, (byte) value);
  }

  public static void copy(long from, long to, long bytes) {
    MemorySegment.copy(ALL, from, ALL, to, bytes);
  }

  public static void zero(long address, long bytes) {
    ALL.asSlice(address, bytes).fill((byte) 0);
  }

  static float[] toFloats(long address, int count) {
    float[] elements = new float[count];
    MemorySegment.copy(ALL, FLOAT, address, elements, 0, count);
    return elements;
  }

  static double[] toDoubles(long address, int count) {
    double[] elements = new double[count];
    MemorySegment.copy(ALL, DOUBLE, address, elements, 0, count);
    return elements;
  }

  static int[] toInts(long address, int count) {
    int[] elements = new int[count];
    MemorySegment.copy(ALL, INT, address, elements, 0, count);
    return elements;
  }

  static long[] toLongs(long address, int count) {
    long[] elements = new long[count];
    MemorySegment.copy(ALL, LONG, address, elements, 0, count);
    return elements;
  }

  static byte[] toBytes(long address, int count) {
    byte[] elements = new byte[count];
    MemorySegment.copy(ALL, BYTE, address, elements, 0, count);
    return elements;
  }

  static void putAll(float[] elements, int count, long address) {
    MemorySegment.copy(elements, 0, ALL, FLOAT, address, count);
  }

  static void putAll(double[] elements, int count, long address) {
    MemorySegment.copy(elements, 0, ALL, DOUBLE, address, count);
  }

  static void putAll(int[] elements, int count, long address) {
    MemorySegment.copy(elements, 0, ALL, INT, address, count);
  }

  static void putAll(long[] elements, int count, long address) {
    MemorySegment.copy(elements, 0, ALL, LONG, address, count);
  }

  static void putAll(byte[] elements, int count, long address) {
    MemorySegment.copy(elements, 0, ALL, BYTE, address, count);
  }

  /// The lowest bits of 8 bytes, each 0 or 1, as the lowest 8 bits of a number.
  static long bits8(long address) {
    // Byte i times the factor's bit 56-7i lands on bit 56+i; no two products meet.
    return ((getLong(address) & ONES) * 0x0102040810204080L) >>> 56;
  }

  static long bits16(long address) {
    return bits8(address) | bits8(address + 8) << 8;
  }

  /// The bits of `count` bytes, each 0 or 1.
  static long bits(long address, int count) {
    long bits = 0;
    for (int i = 0; i < count; i++) {
      bits |= (long) (getByte(address + i) & 1) << i;
    }
    return bits;
  }

  /// Writes 8 bits as bytes, each 0 or 1.
  static void putBits8(long address, long bits) {
    // Byte i keeps its bit i only; adding 0x7f moves any bit of a byte up to the highest.
    long spread = ((bits & 0xff) * ONES) & 0x8040201008040201L;
    putLong(address, ((spread + 0x7f7f7f7f7f7f7f7fL) >>> 7) & ONES);
  }

  static void putBits16(long address, long bits) {
    putBits8(address, bits);
    putBits8(address + 8, bits >>> 8);
  }

  static void putBits(long address, long bits, int count) {
    for (int i = 0; i < count; i++) {
      putByte(address + i, (int) (bits >>> i & 1));
    }
  }
}
