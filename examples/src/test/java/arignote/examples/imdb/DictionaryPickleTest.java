package arignote.examples.imdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.razorvine.pickle.Pickler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DictionaryPickleTest {
  @TempDir Path folder;

  private Vocabulary read(byte[] bytes) throws IOException {
    return DictionaryPickle.read(Files.write(folder.resolve("d.pkl"), bytes));
  }

  private String errorOf(byte[] bytes) {
    String message =
        String.valueOf(assertThrows(DataException.class, () -> read(bytes)).getMessage());
    assertTrue(message.startsWith(folder.resolve("d.pkl") + " "), message);
    assertFalse(message.contains("\n"), message);
    return message;
  }

  private static byte[] small() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Map<String, Integer> ids = new LinkedHashMap<>();
    ids.put("the", 2);
    ids.put("caf\u00e9", 3);
    new Pickler(false).dump(ids, bytes);
    return bytes.toByteArray();
  }

  @Test
  void whatIsWrittenIsRead() {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (int i = 0; i < 70_000; i++) {
      ids.put("w\u00e9" + i, i + 2);
    }
    for (String name : List.of("d.dict.pkl", "d.dict.pkl.gz")) {
      DictionaryPickle.write(folder.resolve(name), new Vocabulary(ids));
      assertEquals(
          List.copyOf(ids.entrySet()),
          List.copyOf(DictionaryPickle.read(folder.resolve(name)).ids().entrySet()));
    }
  }

  /// What Python 2 writes with protocol 2: words as bytes, in any order.
  @Test
  void readsDictionariesOfPython2() throws IOException {
    String pickle =
        "\u0080\u0002}q\u0001(U\u0005caf\u00c3\u00a9q\u0002K\u0003U\u0003theq\u0003K\u0002u.";
    assertEquals("{the=2, caf\u00e9=3}", read(pickle.getBytes(ISO_8859_1)).ids().toString());
  }

  /// What Python 3 writes by default.
  @Test
  void readsFramedDictionaries() throws IOException {
    String pickle =
        "\u0080\u0004\u0095\u0014\0\0\0\0\0\0\0}\u0094(\u008c\u0003the\u0094K\u0002\u008c\u0001a\u0094M\u0000\u0001u.";
    assertEquals("{the=2, a=256}", read(pickle.getBytes(ISO_8859_1)).ids().toString());
  }

  @Test
  void refusesEverythingElse() throws IOException {
    assertTrue(errorOf("cos\nsystem\n(S'x'\ntR.".getBytes(ISO_8859_1)).contains("0x63 at byte 1"));
    assertTrue(errorOf(new Pickler().dumps(List.of(1))).contains("only a dictionary of words"));
    assertTrue(errorOf(new Pickler().dumps(Map.of("a", 1.5))).contains("only a dictionary"));
    assertTrue(errorOf(new Pickler().dumps(Map.of(1, 2))).contains("has the entry 1: 2; expected"));
    assertTrue(errorOf(new Pickler().dumps(Map.of("a", -2))).contains("has the entry a: -2"));
    assertTrue(errorOf(new Pickler().dumps(3)).contains("holds no dictionary"));
    byte[] longer = Arrays.copyOf(small(), small().length + 2);
    assertTrue(errorOf(longer).contains("goes on for 2 bytes after its pickle"));
  }

  /// A text that claims two gigabytes must not get them.
  @Test
  void refusesLengthsThatCannotBe() {
    for (String opcode : List.of("X", "T")) {
      String pickle = "\u0080\u0002}(" + opcode + "\u00ff\u00ff\u00ff\u007fabc";
      assertTrue(errorOf(pickle.getBytes(ISO_8859_1)).contains("ends too early"), opcode);
    }
  }

  @Test
  void noticesEveryTruncationAndSurvivesDamage() throws IOException {
    byte[] sound = small();
    for (int length = 0; length < sound.length; length++) {
      errorOf(Arrays.copyOf(sound, length));
    }
    Random random = new Random(17);
    for (int trial = 0; trial < 2000; trial++) {
      byte[] damaged = sound.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      try {
        read(damaged);
      } catch (DataException e) {
        assertFalse(String.valueOf(e.getMessage()).contains("\n"));
      }
    }
  }
}
