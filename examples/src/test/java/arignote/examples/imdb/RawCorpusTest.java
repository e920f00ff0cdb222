package arignote.examples.imdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.examples.terminal.Screen;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RawCorpusTest {
  @TempDir Path folder;
  private final Screen screen =
      Screen.plain(new PrintStream(OutputStream.nullOutputStream(), true, UTF_8));

  /// A review for each of the four folders, and what else the real archive has.
  private static Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("aclImdb/README", "read me".getBytes(UTF_8));
    files.put("aclImdb/test/neg/7_3.txt", "Boring.".getBytes(UTF_8));
    files.put("aclImdb/test/pos/0_9.txt", "Fine.".getBytes(UTF_8));
    files.put("aclImdb/train/neg/2_1.txt", "Bad.\nsecond line".getBytes(UTF_8));
    files.put("aclImdb/train/pos/10_9.txt", "Great, caf\u00e9.".getBytes(UTF_8));
    files.put("aclImdb/train/pos/9_7.txt", "Good.".getBytes(UTF_8));
    files.put("aclImdb/train/unsup/1_0.txt", "Nobody knows.".getBytes(UTF_8));
    files.put("aclImdb/train/urls_pos.txt", "addresses".getBytes(UTF_8));
    return files;
  }

  private interface Extra {
    void addTo(TarArchiveOutputStream tar) throws IOException;
  }

  private static byte[] tar(Map<String, byte[]> files, Extra extra) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        add(tar, file.getKey(), file.getValue());
      }
      extra.addTo(tar);
    }
    return bytes.toByteArray();
  }

  private static void add(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    }
    return packed.toByteArray();
  }

  private Path archive(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("corpus.tar.gz"), bytes);
  }

  private String errorOf(byte[] bytes) throws IOException {
    Path file = archive(bytes);
    return errorOf(file);
  }

  private String errorOf(Path corpus) {
    String message =
        String.valueOf(
            assertThrows(DataException.class, () -> RawCorpus.read(corpus, screen)).getMessage());
    assertFalse(message.contains("\n"), message);
    return message.replace(folder.toString(), "");
  }

  private static List<String> texts(RawCorpus corpus) {
    return corpus.reviews().entrySet().stream()
        .map(entry ->
            entry.getKey().folder() + " " + entry.getKey().label() + " " + entry.getValue().text())
        .toList();
  }

  private static final List<String> EXPECTED =
      List.of(
          "train/pos 1 Good.",
          "train/pos 1 Great, caf\u00e9.",
          "train/neg 0 Bad.",
          "test/pos 1 Fine.",
          "test/neg 0 Boring.");

  @Test
  void archivesAndFoldersHoldTheSame() throws IOException {
    byte[] tar = tar(files(), _ -> {});
    assertEquals(EXPECTED, texts(RawCorpus.read(archive(tar), screen)));
    assertEquals(EXPECTED, texts(RawCorpus.read(archive(gzip(tar)), screen)));
    for (Map.Entry<String, byte[]> file : files().entrySet()) {
      Path path = folder.resolve("unpacked").resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    assertEquals(EXPECTED, texts(RawCorpus.read(folder.resolve("unpacked"), screen)));
    assertEquals(EXPECTED, texts(RawCorpus.read(folder.resolve("unpacked/aclImdb"), screen)));
  }

  @Test
  void filesGoByNumberAndThenByName() {
    List<String> names = List.of("2_9.txt", "10_1.txt", "10_2.txt", "a.txt", "b.txt");
    List<ReviewFile> files =
        names.reversed().stream()
            .map(name -> ReviewFile.of("train/pos/" + name).orElseThrow())
            .sorted()
            .toList();
    assertEquals(names, files.stream().map(ReviewFile::name).toList());
    for (String path :
        List.of(
            "train/pos/x",
            "pos/1.txt",
            "a/b/train/pos/1.txt",
            "train/pos/a/1.txt",
            "xtrain/pos/1.txt")) {
      assertTrue(ReviewFile.of(path).isEmpty(), path);
    }
  }

  @Test
  void aFolderWithoutReviewsIsNamed() throws IOException {
    Map<String, byte[]> files = files();
    files.remove("aclImdb/test/neg/7_3.txt");
    assertTrue(
        errorOf(tar(files, _ -> {})).startsWith("/corpus.tar.gz has no review test/neg/*.txt;"));
    assertTrue(errorOf(folder.resolve("none")).startsWith("/none cannot be read: no such file"));
    assertTrue(errorOf(folder).contains("has no review train/pos/*.txt"));
  }

  @Test
  void entriesThatLeadOutsideAreRefused() throws IOException {
    for (String name :
        List.of(
            "../../etc/passwd",
            "/etc/passwd",
            "aclImdb/train/pos/../../../x.txt",
            "C:/x",
            "a\\..\\b")) {
      String message = errorOf(tar(files(), tar -> add(tar, name, new byte[1])));
      assertTrue(message.contains("has an entry " + name + " that leads out of it"), message);
    }
  }

  @Test
  void linksAreRefused() throws IOException {
    String message =
        errorOf(
            tar(
                files(),
                tar -> {
                  TarArchiveEntry link =
                      new TarArchiveEntry("aclImdb/train/pos/3_9.txt", TarConstants.LF_SYMLINK);
                  link.setLinkName("/etc/passwd");
                  tar.putArchiveEntry(link);
                  tar.closeArchiveEntry();
                }));
    assertTrue(message.contains("has a link or the like as aclImdb/train/pos/3_9.txt"), message);

    Path secret = Files.writeString(folder.resolve("secret"), "secret");
    Path reviews = Files.createDirectories(folder.resolve("linked/train/pos"));
    Files.createSymbolicLink(reviews.resolve("1_1.txt"), secret);
    assertTrue(errorOf(folder.resolve("linked")).contains("1_1.txt is a link or the like"));
  }

  @Test
  void reviewsOfAbsurdSizesAreRefused() throws IOException {
    String message =
        errorOf(
            gzip(
                tar(
                    files(),
                    tar ->
                        add(
                            tar,
                            "aclImdb/test/pos/5_5.txt",
                            new byte[RawCorpus.LARGEST_REVIEW + 1]))));
    assertTrue(
        message.contains("a review of more than 1048576 bytes: aclImdb/test/pos/5_5.txt"), message);
    // A size that the header claims, with nothing behind it.
    byte[] header = new byte[512];
    TarArchiveEntry entry = new TarArchiveEntry("aclImdb/unsup.txt", true);
    entry.setSize(5L << 30);
    entry.writeEntryHeader(header);
    message = errorOf(header);
    assertTrue(message.contains("unpacks to more than 4096 MiB"), message);
  }

  @Test
  void aReviewThatComesTwiceIsRefused() throws IOException {
    assertTrue(
        errorOf(tar(files(), tar -> add(tar, "train/pos/9_7.txt", new byte[1])))
            .contains("has the review train/pos/9_7.txt twice"));
  }

  @Test
  void everyTruncationIsNoticed() throws IOException {
    byte[] packed = gzip(tar(files(), _ -> {}));
    for (int length = 0; length < packed.length; length++) {
      errorOf(Arrays.copyOf(packed, length));
    }
  }

  @Test
  void damageIsAnErrorOrOtherText() throws IOException {
    byte[] packed = gzip(tar(files(), _ -> {}));
    byte[] plain = tar(files(), _ -> {});
    long seed = Long.getLong("damage.seed", 4711);
    System.out.println("RawCorpusTest: -Ddamage.seed=" + seed);
    Random random = new Random(seed);
    for (int trial = 0; trial < 400; trial++) {
      byte[] damaged = (trial % 2 == 0 ? packed : plain).clone();
      for (int i = 0; i <= random.nextInt(3); i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        RawCorpus.read(archive(damaged), screen);
      } catch (DataException e) {
        assertFalse(String.valueOf(e.getMessage()).contains("\n"), "seed " + seed + ": " + e);
      }
    }
  }

  @Test
  void badUtf8IsReplacedAndCounted() {
    assertEquals(new RawReview("a\ufffdb", 1), review('a', 0xff, 'b'));
    assertEquals(new RawReview("\ufffd\ufffdx", 2), review(0xe2, 0x82, 0xc0, 'x'));
    assertEquals(new RawReview("x\ufffd", 1), review('x', 0xf0, 0x9f, 0x98));
    // One that was in the file is no damage.
    assertEquals(new RawReview("\ufffd", 0), review(0xef, 0xbf, 0xbd));
    assertEquals(new RawReview("\uD83D\uDE00", 0), review(0xf0, 0x9f, 0x98, 0x80));
    assertEquals(new RawReview("", 0), review('\n', 0xff));
    Random random = new Random(5);
    for (int trial = 0; trial < 2000; trial++) {
      byte[] bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);
      String whole = new String(bytes, UTF_8);
      assertEquals(whole.split("\n", 2)[0], RawReview.of(bytes).text());
    }
  }

  private static RawReview review(int... bytes) {
    byte[] content = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      content[i] = (byte) bytes[i];
    }
    return RawReview.of(content);
  }
}
