package arignote.examples.imdb;

import arignote.io.WholeFile;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/// Files that may be compressed with gzip. On reading the content decides, on writing the name.
final class DataFile {
  /// No file of reviews is larger when unpacked; a small .gz may well be.
  private static final int LARGEST = 1 << 29;

  private static final int BUFFER = 1 << 16;

  private DataFile() {}

  /// All that is in a file, unpacked.
  ///
  /// @throws DataException if it cannot be read or is too large; the message starts with a verb
  static byte[] read(Path file) {
    if (!Files.exists(file)) {
      throw new DataException("does not exist");
    }
    if (Files.isDirectory(file)) {
      throw new DataException("is a folder; expected is a file such as imdb.pkl or imdb.pkl.gz");
    }
    try (InputStream stream = unpacked(Files.newInputStream(file))) {
      byte[] bytes = stream.readNBytes(LARGEST);
      if (bytes.length == LARGEST) {
        throw new DataException(
            "is too large: %d MiB or more when unpacked".formatted(LARGEST >> 20));
      }
      return bytes;
    } catch (EOFException e) {
      throw new DataException("ends too early: the compressed data is cut off", e);
    } catch (ZipException e) {
      throw new DataException("is damaged: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new DataException("cannot be read: " + DataException.reason(e), e);
    }
  }

  /// What comes out of a stream that may be compressed.
  static InputStream unpacked(InputStream stream) throws IOException {
    InputStream buffered = new BufferedInputStream(stream, BUFFER);
    buffered.mark(2);
    boolean gzip = buffered.read() == 0x1f && buffered.read() == 0x8b;
    buffered.reset();
    return gzip ? new GZIPInputStream(buffered, BUFFER) : buffered;
  }

  /// Writes a file as a whole or not at all, compressed if its name ends with `.gz`.
  ///
  /// @throws DataException if it cannot be written
  static void write(Path file, WholeFile.Content content) {
    try {
      WholeFile.write(
          file,
          out -> {
            if (file.toString().endsWith(".gz")) {
              GZIPOutputStream gzip = new GZIPOutputStream(out, BUFFER);
              content.writeTo(gzip);
              gzip.finish();
            } else {
              content.writeTo(out);
            }
          });
    } catch (IOException e) {
      throw new DataException("cannot write %s: %s".formatted(file, DataException.reason(e)), e);
    }
  }
}
