package arignote.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A file that is there as a whole or not at all: whoever reads it meanwhile, or after a crash,
/// finds the old content or the new one.
public final class WholeFile {
  private WholeFile() {}

  /// What writes the content.
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /// Checks that a file can be written, without touching it: better known before long work than
  /// after.
  ///
  /// @throws IOException if it cannot
  public static void check(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException("it is there and not a regular file");
    }
    if (Files.exists(file) && !Files.isWritable(file)) {
      throw new IOException("it is write-protected");
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new IOException("there is no folder " + folder);
    }
    Path temporary = temporary(target(file));
    Files.createFile(temporary);
    Files.delete(temporary);
  }

  /// Removes the temporary files that a process left behind which was killed while it wrote `file`.
  /// Only for files that nobody else is writing.
  ///
  /// @throws IOException if the folder cannot be read, or a file not be deleted
  public static void removeLeftovers(Path file) throws IOException {
    Path target = target(file);
    Path folder = target.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return;
    }
    Pattern name =
        Pattern.compile(Pattern.quote("." + target.getFileName() + ".") + "[0-9a-f-]{36}\\.tmp");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path leftover :
          files.filter(path -> name.matcher(path.getFileName().toString()).matches()).toList()) {
        Files.deleteIfExists(leftover);
      }
    }
  }

  /// Writes to a temporary file beside `file`, forces it to disk and renames it.
  ///
  /// @throws IOException if the content throws it, or the file cannot be put in its place
  public static void write(Path file, Content content) throws IOException {
    Path target = target(file);
    Path temporary = temporary(target);
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
        content.writeTo(out);
        out.flush();
        channel.force(true);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
    forceDirectory(target);
  }

  /// The rename replaces what a link points to, not the link.
  private static Path target(Path file) throws IOException {
    return Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
  }

  private static Path temporary(Path target) {
    return target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
  }

  /// Makes the new name last, where the system lets directories be forced to disk.
  private static void forceDirectory(Path file) {
    Path directory = file.getParent();
    if (directory == null) {
      return;
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException _) {
      // Not on this system; the file itself is complete either way.
    }
  }
}
