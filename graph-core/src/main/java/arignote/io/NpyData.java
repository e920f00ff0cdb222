package arignote.io;

import arignote.tensor.HostTensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The elements of `.npy` files, in pieces, so that nothing but the tensor grows with it.
final class NpyData {
  /// A multiple of the size of every element.
  private static final int PIECE = 1 << 20;

  private NpyData() {}

  /// Reads all elements, and no byte more.
  ///
  /// @param available the number of bytes that are there at most; no more memory than that, or
  ///   twice what the stream really has, is allocated before the data has been seen
  static HostTensor read(String file, InputStream in, NpyHeader header, long available)
      throws IOException {
    long bytes = header.dataBytes(file);
    if (bytes > available) {
      throw truncated(file, available, bytes);
    }
    HostTensor tensor = HostTensor.zeros(header.element().dtype(), header.shape());
    byte[] piece = new byte[(int) Math.min(bytes, PIECE)];
    MemorySegment raw = MemorySegment.ofArray(piece);
    ColumnMajor position = new ColumnMajor(header.shape());
    for (long done = 0; done < bytes; done += piece.length) {
      int length = (int) Math.min(piece.length, bytes - done);
      int found = in.readNBytes(piece, 0, length);
      if (found < length) {
        throw truncated(file, done + found, bytes);
      }
      int count = length / header.element().bytes();
      if (header.columnMajor()) {
        for (int i = 0; i < count; i++) {
          header.element().decodeOne(raw, header.order(), i, tensor, position.next());
        }
      } else {
        header
            .element()
            .decode(raw, header.order(), count, tensor, done / header.element().bytes());
      }
    }
    return tensor;
  }

  /// Reads all elements from a stream of unknown length.
  static HostTensor read(String file, InputStream in, NpyHeader header) throws IOException {
    long bytes = header.dataBytes(file);
    List<InputStream> pieces = new ArrayList<>();
    long found = 0;
    while (found < bytes) {
      byte[] piece = in.readNBytes((int) Math.min(PIECE, bytes - found));
      if (piece.length == 0) {
        throw truncated(file, found, bytes);
      }
      pieces.add(new ByteArrayInputStream(piece));
      found += piece.length;
    }
    return read(file, new SequenceInputStream(Collections.enumeration(pieces)), header, found);
  }

  private static NpyException truncated(String file, long found, long expected) {
    return new NpyException(file, "the data ends after %d of %d bytes".formatted(found, expected));
  }

  /// Writes all elements, little-endian.
  static void write(OutputStream out, HostTensor tensor) throws IOException {
    byte[] piece = new byte[(int) Math.min(tensor.byteSize(), PIECE)];
    MemorySegment raw = MemorySegment.ofArray(piece);
    int elementBytes = tensor.dtype().bytes();
    for (long done = 0; done < tensor.byteSize(); done += piece.length) {
      int length = (int) Math.min(piece.length, tensor.byteSize() - done);
      NpyElement.encode(tensor, done / elementBytes, length / elementBytes, raw);
      out.write(piece, 0, length);
    }
  }

  /// Walks a shape as Fortran lays it out, the first axis fastest.
  private static final class ColumnMajor {
    private final long[] shape;
    private final long[] strides;
    private final long[] position;
    private long index;

    ColumnMajor(long[] shape) {
      this.shape = shape;
      this.position = new long[shape.length];
      this.strides = new long[shape.length];
      long stride = 1;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        strides[axis] = stride;
        stride *= shape[axis];
      }
    }

    /// The row-major position of the next element.
    long next() {
      long current = index;
      for (int axis = 0; axis < shape.length; axis++) {
        index += strides[axis];
        if (++position[axis] < shape[axis]) {
          return current;
        }
        index -= strides[axis] * shape[axis];
        position[axis] = 0;
      }
      return current;
    }
  }
}
