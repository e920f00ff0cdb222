package arignote.examples.imdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import net.razorvine.pickle.Pickler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImdbPickleTest {
  @TempDir Path folder;

  private static Object[] set(List<?> texts, List<?> labels) {
    return new Object[] {texts, labels};
  }

  private static final Object[] TRAIN =
      set(List.of(List.of(2, 300, 70000), List.of(5)), List.of(1, 0));
  private static final Object[] TEST = set(List.of(List.of(7, 8)), List.of(1));

  private static byte[] pickles(Object... values) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (Object value : values) {
      bytes.write(new Pickler().dumps(value));
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    }
    return packed.toByteArray();
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("imdb.pkl"), bytes);
  }

  private String errorOf(byte[] bytes) throws IOException {
    Path file = file(bytes);
    String message =
        String.valueOf(assertThrows(DataException.class, () -> ImdbPickle.read(file)).getMessage());
    assertTrue(message.startsWith(file + " "), message);
    assertFalse(message.contains("\n"), message);
    return message.substring(file.toString().length() + 1);
  }

  private static void assertSound(Corpus corpus) {
    assertEquals(2, corpus.train().size());
    assertArrayEquals(new int[] {2, 300, 70000}, corpus.train().get(0).words());
    assertEquals(1, corpus.train().get(0).label());
    assertArrayEquals(new int[] {5}, corpus.train().get(1).words());
    assertEquals(0, corpus.train().get(1).label());
    assertEquals(1, corpus.test().size());
    assertArrayEquals(new int[] {7, 8}, corpus.test().get(0).words());
  }

  @Test
  void readsTwoPicklesPlainAndCompressed() throws IOException {
    byte[] bytes = pickles(TRAIN, TEST);
    assertSound(ImdbPickle.read(file(bytes)));
    assertSound(ImdbPickle.read(file(gzip(bytes))));
  }

  /// What Python 2 writes by default, integers as text, one of them a long.
  @Test
  void readsTextPickles() throws IOException {
    String train = "((lp0\n(lp1\nI2\naI300\naL70000L\naa(lp2\nI5\naa(lp3\nI1\naI0\natp4\n.";
    String test = "((lp0\n(lp1\nI7\naI8\naa(lp2\nI1\natp3\n.";
    assertSound(ImdbPickle.read(file((train + test).getBytes(ISO_8859_1))));
  }

  /// What Python 3 writes by default: frames and a memo without numbers.
  @Test
  void readsFramedPickles() throws IOException {
    String head = "\u0080\u0004\u0095\u00ff\0\0\0\0\0\0\0]\u0094(";
    String train =
        head
            + "]\u0094(K\u0002M,\u0001Jp\u0011\u0001\0e]\u0094K\u0005ae]\u0094(K\u0001K\0e\u0086\u0094.";
    String test = head + "]\u0094(K\u0007K\u0008ee]\u0094K\u0001a\u0086\u0094.";
    assertSound(ImdbPickle.read(file((train + test).getBytes(ISO_8859_1))));
  }

  @Test
  void refusesAnotherNumberOfPickles() throws IOException {
    assertEquals(
        "has training reviews but no second pickle with test reviews",
        errorOf(pickles((Object) TRAIN)));
    byte[] three = pickles(TRAIN, TEST, 1);
    int more = three.length - pickles(TRAIN, TEST).length;
    assertEquals("goes on for " + more + " bytes after its second pickle", errorOf(three));
    assertEquals("ends too early, after 0 bytes", errorOf(new byte[0]));
  }

  @Test
  void refusesClassesBeforeMakingThem() throws IOException {
    String[] attacks = {
      "cos\nsystem\n(S'touch x'\ntR.",
      "(S'touch x'\nios\nsystem\n.",
      "\u0080\u0004\u008c\u0002os\u0094\u008c\u0006system\u0094\u0093\u0094.",
    };
    for (String attack : attacks) {
      String message = errorOf(attack.getBytes(ISO_8859_1));
      assertTrue(message.endsWith("only lists, tuples and integers are accepted"), message);
      // The second one is refused for its text, which comes before the name of the class.
      assertTrue(message.contains("os.system") || message.contains("text or bytes"), message);
    }
    assertTrue(
        errorOf(attacks[0].getBytes(ISO_8859_1)).contains("the class or function os.system"));
    assertTrue(
        errorOf(attacks[2].getBytes(ISO_8859_1)).contains("the class or function os.system"));
  }

  @Test
  void refusesOtherValues() throws IOException {
    assertTrue(errorOf(pickles("reviews")).contains("holds text or bytes at byte"));
    assertTrue(errorOf(pickles(new HashMap<>())).contains("holds a dictionary at byte"));
    assertTrue(errorOf(pickles(set(List.of(List.of(1.5)), List.of(1)))).contains("fraction"));
    assertTrue(errorOf("not a pickle".getBytes(ISO_8859_1)).contains("no pickle at all"));
    assertEquals("holds the number 3 where the train set should be a list", errorOf(pickles(3)));
    assertEquals(
        "holds a tuple of 3 as its train set; expected are two, of reviews and of labels",
        errorOf(pickles((Object) new Object[] {1, 2, 3})));
    assertEquals(
        "holds the number 3 where the train reviews should be a list",
        errorOf(pickles(new Object[] {3, List.of()}, TEST)));
    assertEquals(
        "holds the number 3 where the train review 1 should be a list",
        errorOf(pickles(set(List.of(List.of(2), 3), List.of(0, 0)), TEST)));
  }

  @Test
  void refusesWhatNoReviewIs() throws IOException {
    assertEquals(
        "has an empty review: test review 1, counted from 0",
        errorOf(pickles(TRAIN, set(List.of(List.of(3), List.of()), List.of(0, 1)))));
    assertEquals(
        "has 1 train reviews but 2 labels",
        errorOf(pickles(set(List.of(List.of(3)), List.of(0, 1)), TEST)));
    assertEquals(
        "has the number 2 as the label of train review 0; a label is 0 or 1",
        errorOf(pickles(set(List.of(List.of(3)), List.of(2)), TEST)));
    assertEquals(
        "has the number -1 as word 1 of train review 0; a word id is an integer from 0 to"
            + " 2147483647",
        errorOf(pickles(set(List.of(List.of(3, -1)), List.of(1)), TEST)));
    assertTrue(
        errorOf(pickles(set(List.of(List.of(1L << 40)), List.of(1)), TEST))
            .startsWith("has the number 1099511627776 as word 0"));
    assertTrue(
        errorOf(pickles(set(List.of(List.of(List.of(1))), List.of(1)), TEST))
            .startsWith("has a list of 1 as word 0"));
    assertEquals("has no test reviews", errorOf(pickles(TRAIN, set(List.of(), List.of()))));
  }

  @Test
  void noticesEveryTruncation() throws IOException {
    byte[] sound = pickles(TRAIN, TEST);
    for (int length = 0; length < sound.length; length++) {
      errorOf(Arrays.copyOf(sound, length));
    }
    byte[] packed = gzip(sound);
    for (int length = 0; length < packed.length; length++) {
      errorOf(Arrays.copyOf(packed, length));
    }
    assertEquals(
        "ends too early: the compressed data is cut off",
        errorOf(Arrays.copyOf(packed, packed.length - 5)));
  }

  @Test
  void damageIsAnErrorOrOtherData() throws IOException {
    byte[] sound = pickles(TRAIN, TEST);
    long seed = 20250101;
    Random random = new Random(seed);
    for (int trial = 0; trial < 2000; trial++) {
      byte[] damaged = sound.clone();
      for (int i = 0; i <= random.nextInt(3); i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        ImdbPickle.read(file(damaged));
      } catch (DataException e) {
        assertFalse(String.valueOf(e.getMessage()).contains("\n"), "seed " + seed + ": " + e);
      }
    }
  }

  @Test
  void compressedDamageIsNoticed() throws IOException {
    byte[] packed = gzip(pickles(TRAIN, TEST));
    packed[packed.length - 6] ^= 1;
    assertTrue(errorOf(packed).startsWith("is damaged: "));
  }

  @Test
  void saysWhatFileItIsThatCannotBeRead() {
    Path missing = folder.resolve("none.pkl");
    assertEquals(
        missing + " does not exist",
        assertThrows(DataException.class, () -> ImdbPickle.read(missing)).getMessage());
    assertTrue(
        String.valueOf(
                assertThrows(DataException.class, () -> ImdbPickle.read(folder)).getMessage())
            .startsWith(folder + " is a folder"));
  }
}
