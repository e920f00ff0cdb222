package arignote.backend.cuda;

import arignote.backend.cuda.driver.PrivateFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Compiled kernels in files for the next process: `DIGEST.cubin` with some kernels, named by its
/// contents, and for each kernel `NAME.in`, which says in which of those it is.
///
/// A file whose contents are not those of its name is damaged and counts as missing; it is written
/// anew. Processes that write at once write whole files, any of which will do.
final class KernelFiles {
  private static final String IMAGE = ".cubin";
  private static final String REFERENCE = ".in";

  private final Optional<PrivateFolder> folder;

  private KernelFiles(Optional<PrivateFolder> folder) {
    this.folder = folder;
  }

  /// The files of the user; none if there is no place for them.
  static KernelFiles open() {
    try {
      return new KernelFiles(Optional.of(PrivateFolder.of("kernels")));
    } catch (IOException _) {
      return new KernelFiles(Optional.empty());
    }
  }

  /// A digest in hexadecimal digits.
  static String digest(String text) {
    return digest(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private Optional<byte[]> bytes(String name) {
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    Path file = folder.get().path().resolve(name);
    try {
      return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /// The file that a kernel should be in.
  Optional<String> fileOf(String kernel) {
    return bytes(kernel + REFERENCE)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .filter(name -> name.matches("[0-9a-f]{32}"));
  }

  /// The contents of a file, if it is there and whole.
  Optional<byte[]> read(String file) {
    return bytes(file + IMAGE).filter(image -> digest(image).equals(file));
  }

  /// Keeps compiled kernels; a full disk only costs the next process its time.
  ///
  /// @return the name of their file
  String write(List<String> kernels, byte[] image) {
    String file = digest(image);
    if (folder.isPresent()) {
      try {
        folder.get().write(file + IMAGE, image);
        for (String kernel : kernels) {
          folder.get().write(kernel + REFERENCE, file.getBytes(StandardCharsets.UTF_8));
        }
      } catch (IOException _) {
        // The next process compiles them again.
      }
    }
    return file;
  }
}
