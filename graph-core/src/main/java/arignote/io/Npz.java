package arignote.io;

import arignote.tensor.HostTensor;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// NumPy's format for named arrays, `.npz`: a zip file with one `.npy` file for each. Read is what
/// `numpy.savez` and `numpy.savez_compressed` write; written is what `numpy.savez` does.
public final class Npz {
  private static final String SUFFIX = ".npy";

  /// The most that deflation makes of one byte.
  private static final long MAX_RATIO = 1032;

  /// What all entries are dated, so that the same arrays give the same file.
  private static final LocalDateTime DATE = LocalDateTime.of(1980, 2, 1, 0, 0);

  private Npz() {}

  /// Reads all arrays by name, in the order of the file.
  ///
  /// @throws NpyException if the file cannot be read, or holds anything else than arrays of numbers
  public static Map<String, HostTensor> read(Path file) {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      Map<String, HostTensor> tensors = new LinkedHashMap<>();
      for (ZipEntry entry : Collections.list(zip.entries())) {
        String name = entry.getName();
        if (!name.endsWith(SUFFIX)) {
          throw new NpyException(file.toString(), "\"" + name + "\" is not an array");
        }
        String key = name.substring(0, name.length() - SUFFIX.length());
        if (tensors.put(key, read(file + ": " + name, zip, entry, Files.size(file))) != null) {
          throw new NpyException(file.toString(), "there are two arrays \"" + key + "\"");
        }
      }
      return tensors;
    } catch (IOException | IllegalArgumentException e) {
      throw NpyException.of(file.toString(), "be read", e);
    }
  }

  private static HostTensor read(String name, ZipFile zip, ZipEntry entry, long fileSize)
      throws IOException {
    long size = entry.getSize();
    long compressed = Math.min(entry.getCompressedSize(), fileSize);
    if (size < 0 || size / MAX_RATIO > compressed) {
      throw new NpyException(
          name, "%d bytes cannot come from %d in the file".formatted(size, compressed));
    }
    try (InputStream raw = zip.getInputStream(entry);
        CheckedInputStream in = new CheckedInputStream(new BufferedInputStream(raw), new CRC32())) {
      HostTensor tensor = Npy.read(name, in, size);
      // ZipFile does not compare the sums.
      if (in.getChecksum().getValue() != entry.getCrc()) {
        throw new NpyException(name, "the data is damaged, its CRC-32 is not that of the zip file");
      }
      return tensor;
    } catch (IOException e) {
      throw NpyException.of(name, "be read", e);
    }
  }

  /// Writes a file with named arrays, in the map's order; as a whole or not at all.
  ///
  /// @throws NpyException if it cannot be written
  public static void write(Path file, Map<String, HostTensor> tensors) {
    try {
      WholeFile.write(file, out -> writeTo(out, tensors));
    } catch (IOException | IllegalArgumentException e) {
      throw NpyException.of(file.toString(), "be written", e);
    }
  }

  private static void writeTo(OutputStream out, Map<String, HostTensor> tensors)
      throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    zip.setMethod(ZipOutputStream.STORED);
    for (Map.Entry<String, HostTensor> named : tensors.entrySet()) {
      HostTensor tensor = named.getValue();
      ZipEntry entry = new ZipEntry(named.getKey() + SUFFIX);
      entry.setTimeLocal(DATE);
      // Stored entries say size and sum before the data.
      CheckedOutputStream sum =
          new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
      Npy.writeTo(sum, tensor);
      entry.setCrc(sum.getChecksum().getValue());
      entry.setSize(
          NpyHeader.write(NpyElement.of(tensor.dtype()), tensor.shape()).length
              + tensor.byteSize());
      zip.putNextEntry(entry);
      Npy.writeTo(zip, tensor);
      zip.closeEntry();
    }
    zip.finish();
  }
}
