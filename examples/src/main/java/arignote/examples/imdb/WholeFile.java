package arignote.examples.imdb;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// A file that is there whole or not at all: written under another name in the same folder first,
/// and then moved to its place.
record WholeFile(Path path) {
  /// What makes the contents.
  interface Writer {
    void write(Path partial) throws IOException;
  }

  /// Checks that the file can be written, without touching it.
  ///
  /// @throws IOException if it cannot
  void check() throws IOException {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new IOException("it is there and not a regular file");
    }
    if (Files.exists(path) && !Files.isWritable(path)) {
      throw new IOException("it is write-protected");
    }
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new IOException("there is no folder " + folder);
    }
    Path partial = partial();
    Files.writeString(partial, "");
    Files.delete(partial);
  }

  /// Writes the file, in place of what was there.
  ///
  /// @throws IOException if the writer throws it, or the file cannot be put in its place
  void write(Writer writer) throws IOException {
    Path partial = partial();
    try {
      writer.write(partial);
      try {
        Files.move(
            partial, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (AtomicMoveNotSupportedException _) {
        Files.move(partial, path, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /// No temporary file of the platform's: that would be for its owner's eyes only.
  private Path partial() {
    return path.resolveSibling(path.getFileName() + "." + ProcessHandle.current().pid() + ".part");
  }
}
