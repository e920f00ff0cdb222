package arignote.examples.imdb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.examples.terminal.Screen;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import net.razorvine.pickle.Pickler;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where reviews come from, with a server of its own in place of the Internet.
final class ReviewSourceTest {
  private static final Download HASTY =
      new Download(Duration.ofSeconds(5), Duration.ofMillis(300), 1 << 20);

  @TempDir Path folder;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final AtomicInteger requests = new AtomicInteger();
  private final CountDownLatch over = new CountDownLatch(1);
  private HttpServer server;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    // Some answers never end.
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
  }

  @AfterEach
  void stopServer() {
    over.countDown();
    server.stop(0);
  }

  private interface Answer {
    void to(HttpExchange exchange) throws Exception;
  }

  private void serve(Answer answer) {
    serve("/imdb.pkl", answer);
  }

  private void serve(String path, Answer answer) {
    server.createContext(
        path,
        exchange -> {
          requests.incrementAndGet();
          try (exchange) {
            answer.to(exchange);
          } catch (Exception e) {
            throw new IOException(e);
          }
        });
  }

  private static void send(HttpExchange exchange, byte[] bytes) throws IOException {
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static byte[] smallImdb() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int set = 0; set < 2; set++) {
      bytes.write(
          new Pickler().dumps(new Object[] {List.of(List.of(2, 3), List.of(4)), List.of(1, 0)}));
    }
    return bytes.toByteArray();
  }

  private Corpus find(String... options) {
    Map<String, String> given = new HashMap<>();
    given.put("cache", folder.resolve("cache").toString());
    for (int i = 0; i < options.length; i += 2) {
      given.put(options[i], options[i + 1]);
    }
    String host = "http://localhost:" + server.getAddress().getPort();
    ReviewSource.Addresses addresses =
        new ReviewSource.Addresses(
            URI.create(host + "/imdb.pkl"),
            URI.create(host + "/imdb.dict.pkl.gz"),
            URI.create(host + "/aclImdb.tar.gz"));
    return new ReviewSource(
            HASTY, addresses, Screen.plain(new PrintStream(printed, true, StandardCharsets.UTF_8)))
        .find(Options.of(given));
  }

  private String printed() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  private List<String> cached() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void downloadsOnceAndThenReadsItsCopy() throws IOException {
    byte[] imdb = smallImdb();
    serve(exchange -> send(exchange, imdb));
    assertEquals(2, find().train().size());
    assertEquals(List.of("imdb.pkl"), cached());
    assertEquals(2, find().train().size());
    assertEquals(1, requests.get());
    assertTrue(printed().contains("Reading " + folder.resolve("cache").resolve("imdb.pkl")));
  }

  @Test
  void theDictionaryComesWithTheReviews() throws IOException {
    byte[] imdb = smallImdb();
    serve(exchange -> send(exchange, imdb));
    Path words = folder.resolve("words.pkl.gz");
    DictionaryPickle.write(words, new Vocabulary(Map.of("good", 2)));
    serve("/imdb.dict.pkl.gz", exchange -> send(exchange, Files.readAllBytes(words)));
    find();
    assertEquals(List.of("imdb.dict.pkl", "imdb.pkl"), cached());
    assertEquals(
        2,
        new Dictionaries(Screen.plain(new PrintStream(printed, true, StandardCharsets.UTF_8)))
            .find(Options.of(Map.of("cache", folder.resolve("cache").toString())))
            .id("good"));
  }

  /// Where the tutorial's address has nothing, the texts it was made of are preprocessed.
  @Test
  void theArchiveTakesThePlaceOfTheTutorialsData() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      for (String file :
          List.of("train/pos/0_9", "train/neg/0_1", "test/pos/0_9", "test/neg/0_1")) {
        byte[] text = ("A film, " + file).getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry("aclImdb/" + file + ".txt");
        entry.setSize(text.length);
        tar.putArchiveEntry(entry);
        tar.write(text);
        tar.closeArchiveEntry();
      }
    }
    serve("/aclImdb.tar.gz", exchange -> send(exchange, bytes.toByteArray()));
    Corpus corpus = find();
    assertEquals(2, corpus.train().size());
    assertEquals(List.of("imdb.dict.pkl", "imdb.pkl"), cached());
    assertTrue(printed().contains("Cannot get the tutorial's data (the server answered with"));
    assertArrayEquals(corpus.train().get(1).words(), find().train().get(1).words());
    assertTrue(printed().contains("Reading " + folder.resolve("cache").resolve("imdb.pkl")));
  }

  /// An archive that is not whole or not one replaces nothing.
  @Test
  void aDamagedArchiveIsNotKept() throws IOException {
    serve("/aclImdb.tar.gz", exchange -> send(exchange, new byte[5000]));
    assertSyntheticBecause("the server answered with status 404)");
    assertTrue(printed().contains("Cannot get the Large Movie Review Dataset ("), printed());
  }

  @Test
  void theFileThatIsNamedComesFirst() throws IOException {
    Path file = Files.write(folder.resolve("own.pkl"), smallImdb());
    assertEquals(2, find("data", file.toString()).test().size());
    assertEquals(0, requests.get());
    assertThrows(DataException.class, () -> find("data", folder.resolve("no.pkl").toString()));
  }

  @Test
  void syntheticReviewsAreThereWithoutAnyNetwork() {
    assertEquals(4800, find("data", "synthetic").train().size());
    assertEquals(0, requests.get());
    assertEquals("Using 4800 + 400 synthetic reviews\n", printed().replace("\r", ""));
  }

  private void assertSyntheticBecause(String reason) throws IOException {
    assertEquals(4800, find().train().size());
    assertTrue(printed().contains("Cannot get the tutorial's data (" + reason), () -> printed());
    assertTrue(printed().contains("synthetic reviews take its place"), () -> printed());
    assertEquals(List.of(), cached());
  }

  @Test
  void aServerWithoutTheFile() throws IOException {
    assertSyntheticBecause("the server answered with status 404)");
  }

  @Test
  void noServer() throws IOException {
    server.stop(0);
    assertSyntheticBecause("no connection)");
  }

  @Test
  void aServerThatSendsSomethingElse() throws IOException {
    serve(
        exchange -> send(exchange, "<html>Please log in</html>".getBytes(StandardCharsets.UTF_8)));
    assertSyntheticBecause(folder.toString());
    assertTrue(printed().contains("no pickle at all"), () -> printed());
  }

  @Test
  void aServerThatStopsHalfWay() throws IOException {
    byte[] imdb = smallImdb();
    serve(exchange -> {
      exchange.sendResponseHeaders(200, imdb.length);
      exchange.getResponseBody().write(imdb, 0, imdb.length / 2);
      exchange.getResponseBody().flush();
      over.await();
    });
    assertSyntheticBecause("nothing arrived for 300 ms)");
  }

  @Test
  void aServerThatNeverAnswers() throws IOException {
    serve(exchange -> over.await());
    assertSyntheticBecause("no");
  }

  @Test
  void moreThanReviewsCanBe() throws IOException {
    serve(exchange -> {
      exchange.sendResponseHeaders(200, 0);
      byte[] zeros = new byte[1 << 16];
      while (over.getCount() > 0) {
        exchange.getResponseBody().write(zeros);
      }
    });
    assertSyntheticBecause("it is larger than 1048576 bytes)");
  }

  @Test
  void aCacheThatCannotBe() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertEquals(4800, find("cache", file.toString()).train().size());
    assertTrue(printed().contains("is in the way"), () -> printed());
  }

  @Test
  void everyPlatformHasItsPlaceForCaches() {
    Path home = Path.of("/home/x");
    assertEquals(
        Path.of("/home/x/.cache/arignote"), ReviewSource.cacheFolder("Linux", home, Map.of()));
    assertEquals(
        Path.of("/var/c/arignote"),
        ReviewSource.cacheFolder("Linux", home, Map.of("XDG_CACHE_HOME", "/var/c")));
    assertEquals(
        Path.of("/home/x/Library/Caches/arignote"),
        ReviewSource.cacheFolder("Mac OS X", home, Map.of()));
    assertEquals(
        Path.of("/local/arignote/cache"),
        ReviewSource.cacheFolder("Windows 11", home, Map.of("LOCALAPPDATA", "/local")));
  }
}
