package arignote.examples.imdb;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/// Finds reviews: the file the user named, else the copy in the cache, else the tutorial's data on the
/// Internet, else built-in synthetic ones. Says on `out` which it was.
public final class ReviewSource {
  private static final URI TUTORIAL =
      URI.create("http://www.iro.umontreal.ca/~lisa/deep/data/imdb.pkl");

  private final Download download;
  private final URI address;
  private final PrintStream out;

  public ReviewSource(PrintStream out) {
    this(Download.PATIENT, TUTORIAL, out);
  }

  ReviewSource(Download download, URI address, PrintStream out) {
    this.download = download;
    this.address = address;
    this.out = out;
  }

  /// The reviews that the options ask for.
  ///
  /// @throws DataException if a file that is there cannot be used
  public Corpus find(Options options) {
    if (options.data().isPresent()) {
      String data = options.data().get();
      return data.equals("synthetic") ? synthetic(options) : read(Path.of(data));
    }
    Path cached =
        options.cache().orElseGet(() -> cacheFolder(System.getProperties()::getProperty, System::getenv))
            .resolve("imdb.pkl");
    if (Files.exists(cached)) {
      return read(cached);
    }
    out.println("Downloading " + address + " ...");
    try {
      return fetch(cached);
    } catch (IOException | DataException e) {
      out.println(
          "The tutorial's data cannot be had (%s): training on built-in synthetic reviews instead. Give -Ddata=PATH to use a file."
              .formatted(e.getMessage()));
      return synthetic(options);
    }
  }

  private Corpus read(Path file) {
    out.println("Reading " + file);
    return ImdbPickle.read(file);
  }

  private Corpus synthetic(Options options) {
    Corpus corpus = SyntheticReviews.write(options.seed());
    out.println(
        "Using %d + %d synthetic reviews"
            .formatted(corpus.train().size(), corpus.test().size()));
    return corpus;
  }

  /// Fetches into the cache; the file appears there whole and sound, or not at all.
  private Corpus fetch(Path cached) throws IOException {
    Path folder = Files.createDirectories(cached.toAbsolutePath().getParent());
    Path partial = Files.createTempFile(folder, "imdb", ".part");
    try {
      download.fetch(address, partial);
      Corpus corpus = ImdbPickle.read(partial);
      try {
        Files.move(partial, cached, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException _) {
        Files.move(partial, cached, StandardCopyOption.REPLACE_EXISTING);
      }
      return corpus;
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /// Where this platform keeps what programs can get again.
  static Path cacheFolder(
      Function<String, String> properties, Function<String, String> environment) {
    return Path.of("");
  }
}
