package arignote.backend.cuda.driver;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/// A folder that nobody but the user can write to, for code that will be run: unpacked libraries,
/// compiled kernels. It lies in the user's cache; where that is no private place, in a new
/// temporary folder.
///
/// @param path exists
public record PrivateFolder(Path path) {
  /// The property that names the folder in which all that is cached lies.
  public static final String PROPERTY = "arignote.cuda.cache";

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  /// The folder of a name, which is made if it does not exist.
  ///
  /// @throws IOException if there is no place for it
  public static PrivateFolder of(String name) throws IOException {
    Path folder = cache().resolve(name);
    try {
      create(folder);
      if (isPrivate(folder)) {
        return new PrivateFolder(folder);
      }
    } catch (IOException _) {
      // No home, or a read-only one.
    }
    return new PrivateFolder(Files.createTempDirectory("arignote-" + name));
  }

  private static Path cache() {
    String named = System.getProperty(PROPERTY, "");
    if (!named.isEmpty()) {
      return Path.of(named);
    }
    return Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
        .filter(path -> !path.isEmpty())
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
        .resolve("arignote");
  }

  private static boolean hasPermissions() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  }

  private static void create(Path folder) throws IOException {
    if (hasPermissions()) {
      Files.createDirectories(
          requireNonNull(folder.toAbsolutePath().getParent(), "a folder has a parent"));
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      }
    } else {
      Files.createDirectories(folder);
    }
  }

  /// Whether a folder belongs to the user, who alone may write to it.
  private static boolean isPrivate(Path folder) throws IOException {
    if (!hasPermissions()) {
      return true;
    }
    PosixFileAttributes attributes =
        Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    Path own = Files.createTempFile(folder, "owner", "");
    try {
      return attributes.isDirectory()
          && attributes.owner().equals(Files.getOwner(own))
          && !attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
          && !attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE);
    } finally {
      Files.delete(own);
    }
  }

  /// A file with exactly these contents, written if it is not there or differs.
  public Path file(String name, byte[] contents) throws IOException {
    Path file = path.resolve(name);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        || !Arrays.equals(Files.readAllBytes(file), contents)) {
      write(name, contents);
    }
    return file;
  }

  /// Writes a file in one piece: other processes see all of it, or what was there before.
  public void write(String name, byte[] contents) throws IOException {
    Path file = path.resolve(name);
    Path next = Files.createTempFile(path, name, ".next");
    try {
      Files.write(next, contents);
      try {
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (AtomicMoveNotSupportedException _) {
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(next);
    }
  }
}
