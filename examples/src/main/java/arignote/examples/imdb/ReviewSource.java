package arignote.examples.imdb;

import arignote.examples.terminal.Screen;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/// Finds reviews: the file the user named, else the copy in the cache, else the tutorial's data on
/// the Internet, else the data set that was made of, else built-in synthetic ones. Says on the
/// screen which it was.
public final class ReviewSource {
  /// What `-Ddata` says instead of a file's name.
  static final String SYNTHETIC = "synthetic";

  /// Where things are.
  ///
  /// @param reviews the tutorial's `imdb.pkl`
  /// @param dictionary the words in it
  /// @param archive the Large Movie Review Dataset, as texts
  record Addresses(URI reviews, URI dictionary, URI archive) {
    static final Addresses INTERNET =
        new Addresses(
            URI.create("http://www.iro.umontreal.ca/~lisa/deep/data/imdb.pkl"),
            URI.create("http://www.iro.umontreal.ca/~lisa/deep/data/imdb.dict.pkl.gz"),
            URI.create("https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz"));
  }

  private final Download download;
  private final Addresses addresses;
  private final Screen screen;

  public ReviewSource(Screen screen) {
    this(Download.PATIENT, Addresses.INTERNET, screen);
  }

  ReviewSource(Download download, Addresses addresses, Screen screen) {
    this.download = download;
    this.addresses = addresses;
    this.screen = screen;
  }

  /// The reviews that the options ask for.
  ///
  /// @throws DataException if a file that is there cannot be used
  public Corpus find(Options options) {
    if (options.data().isPresent()) {
      String data = options.data().get();
      return data.equals(SYNTHETIC) ? synthetic(options) : read(Path.of(data));
    }
    Path cached = cached(options);
    if (Files.exists(cached)) {
      return read(cached);
    }
    try {
      return fetchReviews(cached);
    } catch (IOException | DataException e) {
      screen.println("Cannot get the tutorial's data (%s)".formatted(DataException.reason(e)));
    }
    try {
      return fetchArchive(cached);
    } catch (IOException | DataException e) {
      screen.println(
          "Cannot get the Large Movie Review Dataset (%s); built-in synthetic reviews take its place. -Ddata=PATH names a file."
              .formatted(DataException.reason(e)));
    }
    return synthetic(options);
  }

  /// Where the tutorial's data lies once it has been downloaded.
  static Path cached(Options options) {
    return options.cache().orElseGet(ReviewSource::cacheFolder).resolve("imdb.pkl");
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

  /// Fetches the tutorial's files into the cache.
  private Corpus fetchReviews(Path cached) throws IOException {
    Corpus corpus = fetch(addresses.reviews(), cached, ImdbPickle::read);
    try {
      fetch(addresses.dictionary(), DictionaryPickle.beside(cached), DictionaryPickle::read);
    } catch (IOException | DataException e) {
      screen.println(
          "Cannot get its dictionary (%s); -Dpredict will need -Ddictionary"
              .formatted(DataException.reason(e)));
    }
    return corpus;
  }

  /// Fetches the reviews as texts, and makes of them in the cache what the tutorial has.
  private Corpus fetchArchive(Path cached) throws IOException {
    Path archive = cached.resolveSibling("aclImdb_v1.tar.gz");
    RawCorpus raw = fetch(addresses.archive(), archive, file -> RawCorpus.read(file, screen));
    Preprocessing.Result result = Preprocessing.of(raw, screen);
    DictionaryPickle.write(DictionaryPickle.beside(cached), result.vocabulary());
    ImdbPickle.write(cached, result.corpus());
    Files.delete(archive);
    return result.corpus();
  }

  /// Fetches a file, which is in its place when it has been read and found sound, and not before.
  private <T> T fetch(URI address, Path place, Function<Path, T> read) throws IOException {
    Files.createDirectories(place.toAbsolutePath().getParent());
    Path part = place.resolveSibling(place.getFileName() + ".part");
    screen.println("Downloading " + address + " ...");
    download.fetch(address, part, screen);
    T sound;
    try {
      sound = read.apply(part);
    } catch (DataException e) {
      // All of it is there, and it is no use.
      Files.delete(part);
      throw e;
    }
    Files.move(part, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return sound;
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
