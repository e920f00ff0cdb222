package arignote.tests.filetests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The files, where they lie in the sources, so that new texts can be written into them.
final class FiletestFolder {
  private static final Path IN_MODULE = Path.of("src/test/resources/filetests");

  private FiletestFolder() {}

  static Path root() {
    Path root = Files.isDirectory(IN_MODULE) ? IN_MODULE : Path.of("tests").resolve(IN_MODULE);
    if (!Files.isDirectory(root)) {
      throw new IllegalStateException(
          "no folder " + root.toAbsolutePath() + "; run the tests from their module");
    }
    return root;
  }

  static List<Path> files() {
    try (Stream<Path> files = Files.walk(root())) {
      return files.filter(file -> file.toString().endsWith(".ir")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Filetest read(Path file) {
    String relative = root().relativize(file).toString();
    try {
      return Filetest.parse(
          relative.substring(0, relative.length() - ".ir".length()), Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// All files.
  static Stream<Filetest> all() {
    return files().stream().map(FiletestFolder::read);
  }
}
