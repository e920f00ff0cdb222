package arignote.examples.imdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.examples.terminal.Screen;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Downloads from a server that does each thing wrong that servers do.
final class DownloadTest {
  private static final Download HASTY =
      new Download(Duration.ofSeconds(5), Duration.ofMillis(400), 1 << 20);

  /// What the server does with a request.
  private enum Fault {
    NONE,
    BREAKS_OFF,
    STALLS,
    /// Ends the body too early, without a length to know it by before.
    SENDS_TOO_LITTLE,
    SENDS_ANOTHER_PART,
    FORGETS_THE_RANGE
  }

  @TempDir Path folder;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final CountDownLatch over = new CountDownLatch(1);
  private final List<String> requests = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private byte[] content = new byte[200_000];
  private String tag = "\"one\"";
  private HttpServer server;

  @BeforeEach
  void startServer() throws IOException {
    new Random(3).nextBytes(content);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/file", this::answer);
    server.start();
  }

  @AfterEach
  void stopServer() {
    over.countDown();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    int start = 0;
    Fault fault;
    synchronized (this) {
      String range = exchange.getRequestHeaders().getFirst("Range");
      requests.add(String.valueOf(range));
      fault = faults.isEmpty() ? Fault.NONE : faults.removeFirst();
      if (range != null
          && fault != Fault.FORGETS_THE_RANGE
          && tag.equals(exchange.getRequestHeaders().getFirst("If-Range"))) {
        start = Integer.parseInt(range.replaceAll("\\D", ""));
      }
    }
    if (!tag.isEmpty()) {
      exchange.getResponseHeaders().set("ETag", tag);
    }
    if (start > 0) {
      int said = fault == Fault.SENDS_ANOTHER_PART ? start + 1 : start;
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              "bytes %d-%d/%d".formatted(said, content.length - 1, content.length));
    }
    int length = content.length - start;
    exchange.sendResponseHeaders(
        start > 0 ? 206 : 200, fault == Fault.SENDS_TOO_LITTLE ? 0 : length);
    OutputStream body = exchange.getResponseBody();
    try {
      switch (fault) {
        case NONE, FORGETS_THE_RANGE, SENDS_ANOTHER_PART -> body.write(content, start, length);
        case SENDS_TOO_LITTLE, BREAKS_OFF -> body.write(content, start, length / 2);
        case STALLS -> {
          body.write(content, start, length / 2);
          body.flush();
          over.await();
        }
      }
      if (fault == Fault.SENDS_TOO_LITTLE) {
        body.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      exchange.close();
    }
  }

  private Path target() {
    return folder.resolve("file.part");
  }

  private void fetch() throws IOException {
    URI address = URI.create("http://localhost:" + server.getAddress().getPort() + "/file");
    HASTY.fetch(address, target(), Screen.plain(new PrintStream(printed, true, UTF_8)));
  }

  private String failure() {
    return String.valueOf(assertThrows(IOException.class, this::fetch).getMessage());
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void assertWhole() throws IOException {
    assertArrayEquals(content, Files.readAllBytes(target()));
    assertEquals(List.of("file.part"), files());
  }

  @Test
  void fetchesAFile() throws IOException {
    fetch();
    assertWhole();
    assertEquals(List.of("null"), requests);
  }

  @Test
  void asksForTheRestAfterEachBreak() throws IOException {
    faults.addAll(List.of(Fault.BREAKS_OFF, Fault.BREAKS_OFF, Fault.STALLS));
    fetch();
    assertWhole();
    assertEquals(4, requests.size());
    assertEquals("null", requests.getFirst());
    List<Integer> starts =
        requests.stream()
            .skip(1)
            .map(range -> Integer.parseInt(range.replaceAll("\\D", "")))
            .toList();
    assertTrue(starts.get(0) > 0 && starts.get(0) < starts.get(1) && starts.get(1) < starts.get(2));
    String text = printed.toString(UTF_8);
    assertTrue(text.contains("the connection broke off"), text);
    assertTrue(text.contains("nothing arrived for 400 ms after"), text);
    assertTrue(text.contains("bytes; asking for the rest"), text);
  }

  /// What has arrived outlives the program.
  @Test
  void goesOnAnotherDay() throws IOException {
    // Halves of halves of 200,000 bytes: after twenty tries it is given up.
    faults.addAll(Collections.nCopies(20, Fault.BREAKS_OFF));
    assertTrue(failure().contains("broke off"));
    assertEquals(List.of("file.part", "file.part.tag"), files());
    long have = Files.size(target());
    assertTrue(have > 0 && have < content.length);
    faults.clear();
    requests.clear();
    fetch();
    assertWhole();
    assertEquals(List.of("bytes=" + have + "-"), requests);
  }

  @Test
  void startsAnewIfTheFileHasChanged() throws IOException {
    faults.addAll(List.of(Fault.BREAKS_OFF));
    Files.write(target(), new byte[1000]);
    Files.writeString(folder.resolve("file.part.tag"), "\"zero\"");
    fetch();
    assertWhole();
    assertEquals("bytes=1000-", requests.getFirst());
    faults.addAll(List.of(Fault.BREAKS_OFF, Fault.FORGETS_THE_RANGE));
    fetch();
    assertWhole();
  }

  @Test
  void withoutATagNothingIsContinued() throws IOException {
    tag = "";
    faults.addAll(List.of(Fault.BREAKS_OFF));
    fetch();
    assertWhole();
    assertEquals(List.of("null", "null"), requests);
    faults.addAll(List.of(Fault.BREAKS_OFF, Fault.BREAKS_OFF));
    Files.delete(target());
    assertTrue(failure().contains("broke off"));
    assertEquals(List.of(), files());
  }

  /// A rest that ends early although its head promised all of it.
  @Test
  void noticesARestThatIsTooShort() throws IOException {
    faults.addAll(List.of(Fault.BREAKS_OFF, Fault.SENDS_TOO_LITTLE));
    fetch();
    assertWhole();
    assertTrue(printed.toString(UTF_8).contains("of 200000 bytes after"), printed.toString(UTF_8));
    assertEquals(3, requests.size());
  }

  @Test
  void refusesAnotherPartThanItAskedFor() throws IOException {
    faults.addAll(List.of(Fault.BREAKS_OFF, Fault.SENDS_ANOTHER_PART));
    assertEquals("the server sent another part than it was asked for", failure());
    assertEquals(List.of(), files());
  }

  @Test
  void refusesWhatIsTooLarge() throws IOException {
    content = new byte[(1 << 20) + 1];
    assertEquals("it is larger than 1048576 bytes", failure());
    // Without a length it shows only while it comes.
    faults.add(Fault.SENDS_TOO_LITTLE);
    content = new byte[(2 << 20) + 2];
    assertEquals("it is larger than 1048576 bytes", failure());
    assertEquals(List.of(), files());
  }

  @Test
  void aServerThatIsGoneLeavesThePartThatHasArrived() throws IOException {
    Files.write(target(), Arrays.copyOf(content, 1000));
    Files.writeString(folder.resolve("file.part.tag"), tag);
    server.stop(0);
    assertThrows(IOException.class, this::fetch);
    assertEquals(List.of("file.part", "file.part.tag"), files());
    assertFalse(printed.toString(UTF_8).contains("asking"));
  }
}
