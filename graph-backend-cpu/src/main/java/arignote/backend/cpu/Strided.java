package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Memory;

/// Copies of rows of elements with any steps, in bytes.
final class Strided {
  private Strided() {}

  /// Copies `count` elements of `bytes` bytes each.
  static void copy(long from, long fromStride, long to, long toStride, long count, int bytes) {
    if (fromStride == bytes && toStride == bytes) {
      Memory.copy(from, to, count * bytes);
      return;
    }
    switch (bytes) {
      case 1 -> {
        for (long i = 0; i < count; i++) {
          Memory.putByte(to + i * toStride, Memory.getByte(from + i * fromStride));
        }
      }
      case 4 -> {
        for (long i = 0; i < count; i++) {
          Memory.putInt(to + i * toStride, Memory.getInt(from + i * fromStride));
        }
      }
      case 8 -> {
        for (long i = 0; i < count; i++) {
          Memory.putLong(to + i * toStride, Memory.getLong(from + i * fromStride));
        }
      }
      default -> throw new IllegalArgumentException("elements of " + bytes + " bytes");
    }
  }
}
