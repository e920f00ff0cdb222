package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Memory;

/// Copies of rows of elements with any steps, in bytes.
final class Strided {
  /// How many rows of a transpose are written side by side.
  private static final int ABREAST = 8;

  /// How many rows of what is transposed are read together.
  private static final int GROUP = 16;

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

  /// Copies a matrix to its transpose: element `[i, j]`, rows being adjacent elements, to `[j, i]`,
  /// rows again being adjacent elements. It goes by groups of rows so small that their cache lines
  /// stay, even where all fall into the same few sets, and are read once; of the copy, a few rows
  /// at a time are written side by side.
  static void transpose(
      long from, long fromRow, long to, long toRow, int rows, int columns, int bytes) {
    for (int row = 0; row < rows; row += GROUP) {
      transposeGroup(
          from + row * fromRow,
          fromRow,
          to + (long) row * bytes,
          toRow,
          Math.min(GROUP, rows - row),
          columns,
          bytes);
    }
  }

  private static void transposeGroup(
      long from, long fromRow, long to, long toRow, int rows, int columns, int bytes) {
    int whole = columns / ABREAST * ABREAST;
    for (int column = 0; column < whole; column += ABREAST) {
      long source = from + (long) column * bytes;
      long target = to + column * toRow;
      switch (bytes) {
        case 4 -> transposeInts(source, fromRow, target, toRow, rows);
        case 8 -> transposeLongs(source, fromRow, target, toRow, rows);
        default -> {
          for (int i = 0; i < ABREAST; i++) {
            copy(source + i, fromRow, target + i * toRow, bytes, rows, bytes);
          }
        }
      }
    }
    for (int column = whole; column < columns; column++) {
      copy(from + (long) column * bytes, fromRow, to + column * toRow, bytes, rows, bytes);
    }
  }

  private static void transposeInts(long from, long fromRow, long to, long toRow, int rows) {
    for (int i = 0; i < rows; i++) {
      long source = from + i * fromRow;
      long target = to + i * 4L;
      int a = Memory.getInt(source);
      int b = Memory.getInt(source + 4);
      int c = Memory.getInt(source + 8);
      int d = Memory.getInt(source + 12);
      int e = Memory.getInt(source + 16);
      int f = Memory.getInt(source + 20);
      int g = Memory.getInt(source + 24);
      int h = Memory.getInt(source + 28);
      Memory.putInt(target, a);
      Memory.putInt(target + toRow, b);
      Memory.putInt(target + 2 * toRow, c);
      Memory.putInt(target + 3 * toRow, d);
      Memory.putInt(target + 4 * toRow, e);
      Memory.putInt(target + 5 * toRow, f);
      Memory.putInt(target + 6 * toRow, g);
      Memory.putInt(target + 7 * toRow, h);
    }
  }

  private static void transposeLongs(long from, long fromRow, long to, long toRow, int rows) {
    for (int i = 0; i < rows; i++) {
      long source = from + i * fromRow;
      long target = to + i * 8L;
      long a = Memory.getLong(source);
      long b = Memory.getLong(source + 8);
      long c = Memory.getLong(source + 16);
      long d = Memory.getLong(source + 24);
      long e = Memory.getLong(source + 32);
      long f = Memory.getLong(source + 40);
      long g = Memory.getLong(source + 48);
      long h = Memory.getLong(source + 56);
      Memory.putLong(target, a);
      Memory.putLong(target + toRow, b);
      Memory.putLong(target + 2 * toRow, c);
      Memory.putLong(target + 3 * toRow, d);
      Memory.putLong(target + 4 * toRow, e);
      Memory.putLong(target + 5 * toRow, f);
      Memory.putLong(target + 6 * toRow, g);
      Memory.putLong(target + 7 * toRow, h);
    }
  }
}
