package arignote.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/// What stands before the data of a `.npy` file: magic bytes, format version, and a Python dict
/// with type, order and shape.
///
/// @param bytes the header's own length, magic bytes included
record NpyHeader(
    NpyElement element, ByteOrder order, boolean columnMajor, long[] shape, long bytes) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /// Longer headers belong to structured arrays, which are not read anyway.
  private static final int MAX_LENGTH = 1 << 16;

  private static final int MAX_RANK = 64;

  /// The data begins at a multiple of so many bytes.
  private static final int ALIGNMENT = 64;

  /// NumPy leaves room for the first axis to grow to a number of so many digits.
  private static final int GROWTH_DIGITS = 21;

  /// Reads the header from the beginning of a file.
  static NpyHeader read(String file, InputStream in) throws IOException {
    byte[] start = in.readNBytes(MAGIC.length + 2);
    if (start.length < MAGIC.length + 2 || !Arrays.equals(start, 0, 6, MAGIC, 0, 6)) {
      throw new NpyException(file, "not a .npy file, which begins with \\x93NUMPY");
    }
    int major = Byte.toUnsignedInt(start[6]);
    int minor = Byte.toUnsignedInt(start[7]);
    int lengthBytes =
        switch (minor == 0 ? major : 0) {
          case 1 -> 2;
          case 2, 3 -> 4;
          default ->
              throw new NpyException(
                  file,
                  "format version %d.%d is unknown; known are 1.0, 2.0 and 3.0"
                      .formatted(major, minor));
        };
    byte[] lengthField = in.readNBytes(lengthBytes);
    if (lengthField.length < lengthBytes) {
      throw new NpyException(file, "the file ends within its header");
    }
    ByteBuffer lengthBuffer = ByteBuffer.wrap(lengthField).order(ByteOrder.LITTLE_ENDIAN);
    long length =
        lengthBytes == 2
            ? Short.toUnsignedLong(lengthBuffer.getShort())
            : Integer.toUnsignedLong(lengthBuffer.getInt());
    if (length > MAX_LENGTH) {
      throw new NpyException(file, "the header is said to have " + length + " bytes");
    }
    byte[] dict = in.readNBytes((int) length);
    if (dict.length < length) {
      throw new NpyException(file, "the file ends within its header");
    }
    String text =
        new String(dict, major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    return of(file, NpyDict.parse(file, text), MAGIC.length + 2 + lengthBytes + length);
  }

  private static NpyHeader of(String file, NpyDict dict, long bytes) {
    String descr = dict.descr();
    char orderMark = descr.isEmpty() ? ' ' : descr.charAt(0);
    NpyElement element =
        NpyElement.of(descr.isEmpty() ? "" : descr.substring(1))
            .filter(found ->
                switch (orderMark) {
                  case '<', '>', '=' -> true;
                  case '|' -> found.bytes() == 1;
                  default -> false;
                })
            .orElseThrow(() -> new NpyException(file, refusal(descr)));
    if (dict.shape().length > MAX_RANK) {
      throw new NpyException(
          file, "%d axes are more than %d".formatted(dict.shape().length, MAX_RANK));
    }
    ByteOrder order =
        switch (orderMark) {
          case '>' -> ByteOrder.BIG_ENDIAN;
          case '=' -> ByteOrder.nativeOrder();
          default -> ByteOrder.LITTLE_ENDIAN;
        };
    return new NpyHeader(element, order, dict.columnMajor(), dict.shape(), bytes);
  }

  private static String refusal(String descr) {
    String kind = descr.length() < 2 ? "" : descr.substring(1, 2);
    String problem =
        switch (kind) {
          case "O" -> "an array of pickled Python objects, which is never unpickled; save numbers";
          case "U", "S" -> "an array of texts; save numbers";
          case "V" -> "an array of raw records; save its fields one by one";
          case "c" -> "an array of complex numbers; save real and imaginary part one by one";
          case "u" -> "of unsigned integers that i64 may not hold; use astype(numpy.int64)";
          case "f" -> "of floats wider than f64; use astype(numpy.float64)";
          default -> "unknown";
        };
    return "dtype '%s' is %s".formatted(NpyDict.printable(descr), problem);
  }

  /// The number of bytes of all elements.
  long dataBytes(String file) {
    long size = element.bytes();
    for (long length : shape) {
      if (length == 0) {
        return 0;
      }
    }
    for (long length : shape) {
      if (length > Long.MAX_VALUE / size) {
        throw new NpyException(
            file, "shape " + Arrays.toString(shape) + " has more elements than memory can hold");
      }
      size *= length;
    }
    return size;
  }

  /// The bytes of this header, the very ones that NumPy writes: version 1.0, C order.
  static byte[] write(NpyElement element, long[] shape) {
    String dict =
        "{'descr': '%s', 'fortran_order': False, 'shape': %s, }"
            .formatted((element.bytes() == 1 ? "|" : "<") + element.code(), tuple(shape));
    int growth = shape.length == 0 ? 0 : GROWTH_DIGITS - Long.toString(shape[0]).length();
    int unpadded = MAGIC.length + 4 + dict.length() + growth + 1;
    int length = unpadded + ALIGNMENT - unpadded % ALIGNMENT;
    ByteBuffer header = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    header.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (length - MAGIC.length - 4));
    header.put(dict.getBytes(StandardCharsets.ISO_8859_1));
    while (header.remaining() > 1) {
      header.put((byte) ' ');
    }
    return header.put((byte) '\n').array();
  }

  private static String tuple(long[] shape) {
    return shape.length == 1
        ? "(" + shape[0] + ",)"
        : Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(", ", "(", ")"));
  }
}
