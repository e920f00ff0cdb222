package arignote.io;

import arignote.tensor.HostTensor;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// NumPy's format for one array, `.npy`.
///
/// Read are format versions 1.0, 2.0 and 3.0, both byte orders, C and Fortran order, and the types
/// `b1 i1 i2 i4 i8 u1 u2 u4 f2 f4 f8`; those that have no [DType] are widened. Written is version
/// 1.0, byte for byte as NumPy does.
public final class Npy {
  private Npy() {}

  /// Reads the one array of a file.
  ///
  /// @throws NpyException if it cannot be read or is anything else than one array of numbers
  public static HostTensor read(Path file) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return read(file.toString(), in, Files.size(file));
    } catch (IOException e) {
      throw NpyException.of(file.toString(), "be read", e);
    }
  }

  /// Reads one array from where a stream stands, and nothing behind it.
  ///
  /// @throws NpyException if it cannot be read or is anything else than an array of numbers
  public static HostTensor read(InputStream in) {
    try {
      return NpyData.read("stream", in, NpyHeader.read("stream", in));
    } catch (IOException e) {
      throw NpyException.of("stream", "be read", e);
    }
  }

  /// Reads the one array that a stream of known length consists of.
  static HostTensor read(String file, InputStream in, long length) throws IOException {
    NpyHeader header = NpyHeader.read(file, in);
    HostTensor tensor = NpyData.read(file, in, header, length - header.bytes());
    if (in.read() >= 0) {
      throw new NpyException(
          file,
          "%d bytes stand behind the array"
              .formatted(length - header.bytes() - header.dataBytes(file)));
    }
    return tensor;
  }

  /// Writes a file with one array; as a whole or not at all.
  ///
  /// @throws NpyException if it cannot be written
  public static void write(Path file, HostTensor tensor) {
    try {
      WholeFile.write(file, out -> writeTo(out, tensor));
    } catch (IOException e) {
      throw NpyException.of(file.toString(), "be written", e);
    }
  }

  /// Writes one array to a stream.
  ///
  /// @throws NpyException if it cannot be written
  public static void write(OutputStream out, HostTensor tensor) {
    try {
      writeTo(out, tensor);
    } catch (IOException e) {
      throw NpyException.of("stream", "be written", e);
    }
  }

  static void writeTo(OutputStream out, HostTensor tensor) throws IOException {
    out.write(NpyHeader.write(NpyElement.of(tensor.dtype()), tensor.shape()));
    NpyData.write(out, tensor);
  }
}
