package arignote.examples.imdb;

import arignote.examples.terminal.Screen;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Finds reviews: the file the user named, else the copy in the cache, else the tutorial's data on
/// the Internet, else built-in synthetic ones. Says on the screen which it was.
public final class ReviewSource {
  private static final URI TUTORIAL =
      URI.create("http://www.iro.umontreal.ca/~lisa/deep/data/imdb.pkl");

  private final Download download;
  private final URI address;
  private final Screen screen;

  public ReviewSource(Screen screen) {
    this(Download.PATIENT, TUTORIAL, screen);
  }

  ReviewSource(Download download, URI address, Screen screen) {
    this.download = download;
    this.address = address;
    this.screen = screen;
  }

  /// The reviews that the options ask for.
  ///
  /// @throws DataException if a file that is there cannot be used
  public Corpus find(Options options) {
    if (options.data().isPresent()) {
      String data = options.data().get();
      return data.equals("synthetic") ? synthetic(options) : read(Path.of(data));
    }
    Path cached = options.cache().orElseGet(ReviewSource::cacheFolder).resolve("imdb.pkl");
    if (Files.exists(cached)) {
      return read(cached);
    }
    screen.println("Downloading " + address + " ...");
    try {
      return fetch(cached);
    } catch (IOException | DataException e) {
      screen.println(
          "Cannot get the tutorial's data (%s); built-in synthetic reviews take its place. -Ddata=PATH names a file."
              .formatted(DataException.reason(e)));
      return synthetic(options);
    }
  }

  private Corpus read(Path file) {
    screen.println("Reading " + file);
    return ImdbPickle.read(file);
  }

  private Corpus synthetic(Options options) {
    Corpus corpus = SyntheticReviews.write(options.seed());
    screen.println(
        "Using %d + %d synthetic reviews".formatted(corpus.train().size(), corpus.test().size()));
    return corpus;
  }

  /// Fetches into the cache; the file appears there whole and sound, or not at all.
  private Corpus fetch(Path cached) throws IOException {
    Files.createDirectories(cached.toAbsolutePath().getParent());
    List<Corpus> sound = new ArrayList<>();
    new WholeFile(cached)
        .write(partial -> {
          download.fetch(address, partial);
          sound.add(ImdbPickle.read(partial));
        });
    return sound.getFirst();
  }

  private static Path cacheFolder() {
    return cacheFolder(
        System.getProperty("os.name"), Path.of(System.getProperty("user.home")), System.getenv());
  }

  /// Where this platform keeps what programs can get again.
  static Path cacheFolder(String system, Path home, Map<String, String> environment) {
    String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("windows") && environment.containsKey("LOCALAPPDATA")) {
      return Path.of(environment.get("LOCALAPPDATA"), "arignote", "cache");
    }
    String chosen = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (!chosen.isEmpty()) {
      return Path.of(chosen, "arignote");
    }
    return name.startsWith("mac")
        ? home.resolve("Library/Caches/arignote")
        : home.resolve(".cache/arignote");
  }
}
