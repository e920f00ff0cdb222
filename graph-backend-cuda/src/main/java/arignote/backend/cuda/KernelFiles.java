package arignote.backend.cuda;

import arignote.backend.cuda.driver.PrivateFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/// Compiled kernels in files, found by what they were made from, for the next process.
///
/// A file starts with the digest of the rest. One that is damaged counts as missing, and is written
/// anew; processes that write at once write the same.
final class KernelFiles {
  private static final int DIGEST = 32;

  private final Optional<PrivateFolder> folder;
  private final String compiler;

  private KernelFiles(Optional<PrivateFolder> folder, String compiler) {
    this.folder = folder;
    this.compiler = compiler;
  }

  /// The files of the user; none if there is no place for them.
  ///
  /// @param compiler what else decides what a kernel becomes
  static KernelFiles open(String compiler) {
    try {
      return new KernelFiles(Optional.of(PrivateFolder.of("kernels")), compiler);
    } catch (IOException _) {
      return new KernelFiles(Optional.empty(), compiler);
    }
  }

  private static byte[] digest(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private String name(String source) {
    byte[] key = (compiler + "\n" + source).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(digest(key)) + ".cubin";
  }

  /// The compiled kernel, if it is there and whole.
  Optional<byte[]> read(String source) {
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    Path file = folder.get().path().resolve(name(source));
    try {
      byte[] contents = Files.readAllBytes(file);
      if (contents.length > DIGEST) {
        byte[] image = Arrays.copyOfRange(contents, DIGEST, contents.length);
        if (Arrays.equals(digest(image), Arrays.copyOf(contents, DIGEST))) {
          return Optional.of(image);
        }
      }
    } catch (IOException _) {
      // Not there: compiled and written next.
    }
    return Optional.empty();
  }

  /// Keeps a compiled kernel; a full disk only costs the next process its time.
  void write(String source, byte[] image) {
    if (folder.isEmpty()) {
      return;
    }
    byte[] contents = Arrays.copyOf(digest(image), DIGEST + image.length);
    System.arraycopy(image, 0, contents, DIGEST, image.length);
    try {
      folder.get().write(name(source), contents);
    } catch (IOException _) {
      // The next process compiles it again.
    }
  }
}
