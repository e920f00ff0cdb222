package arignote.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `.npz` files against those that NumPy wrote.
class NpzTest {
  @TempDir Path folder;

  private static String show(Map<String, HostTensor> tensors) {
    StringBuilder text = new StringBuilder();
    tensors.forEach((name, tensor) -> text.append(name).append(": ").append(tensor).append('\n'));
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"saved.npz", "compressed.npz"})
  void readsWhatNumpyWrites(String name) throws IOException {
    assertEquals(
        """
        Wemb: f32[2,3] [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
        lstm_U: f64[2,3] [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
        größe 🎼: i64 7
        history_errs: f64[2,2] [[0.5, 0.25], [0.375, 0.125]]
        empty: f64[0] []
        """,
        show(Npz.read(Resources.copy(name, folder))));
  }

  @Test
  void positionalArraysHaveNumpysNames() throws IOException {
    assertEquals(
        """
        arr_0: i64[2,3] [[0, 1, 2], [3, 4, 5]]
        arr_1: bool[2,3] [[false, false, false], [true, true, true]]
        """,
        show(Npz.read(Resources.copy("positional.npz", folder))));
  }

  @Test
  void writtenFilesReadBackInTheirOrder() {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    tensors.put("z", HostTensor.of(new float[] {1, -0.0f, Float.NaN}));
    tensors.put("größe 🎼", HostTensor.scalar(DType.BOOL, 1L));
    tensors.put("group/a", HostTensor.zeros(DType.I64, 0, 5));
    tensors.put("", HostTensor.of(new double[300_000], 300, 1000));
    tensors.put("i", HostTensor.of(new int[] {Integer.MIN_VALUE, 2}, 2, 1));
    Path file = folder.resolve("written.npz");
    Npz.write(file, tensors);
    Map<String, HostTensor> read = Npz.read(file);
    assertEquals(List.copyOf(tensors.keySet()), List.copyOf(read.keySet()));
    tensors.forEach(
        (name, tensor) -> assertTrue(tensor.sameAs(Objects.requireNonNull(read.get(name))), name));
  }

  @Test
  void theSameTensorsGiveTheSameFile() throws IOException {
    Map<String, HostTensor> tensors = Map.of("a", HostTensor.of(new long[] {1, 2}));
    Path first = folder.resolve("first.npz");
    Path second = folder.resolve("second.npz");
    Npz.write(first, tensors);
    Npz.write(second, tensors);
    assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
    try (ZipFile zip = new ZipFile(first.toFile())) {
      assertEquals(ZipEntry.STORED, zip.getEntry("a.npy").getMethod());
    }
  }

  @Test
  void noTensorsAreAFileToo() {
    Path file = folder.resolve("none.npz");
    Npz.write(file, Map.of());
    assertEquals(Map.of(), Npz.read(file));
  }

  private String problem(Path file) {
    String message = assertThrows(NpyException.class, () -> Npz.read(file)).getMessage();
    assertTrue(message.startsWith(file + ": "), message);
    return message.substring((file + ": ").length());
  }

  @Test
  void pickledObjectsAreRefused() throws IOException {
    assertEquals(
        "history.npy: dtype '|O' is an array of pickled Python objects, which is never unpickled;"
            + " save numbers",
        problem(Resources.copy("pickled.npz", folder)));
  }

  @Test
  void damagedDataIsFoundByItsSum() throws IOException {
    Map<String, HostTensor> tensors = Map.of("a", HostTensor.zeros(DType.F32, 1000));
    Path file = folder.resolve("damaged.npz");
    Npz.write(file, tensors);
    byte[] bytes = Files.readAllBytes(file);
    bytes[1000] ^= 1;
    Files.write(file, bytes);
    assertEquals(
        "a.npy: the data is damaged, its CRC-32 is not that of the zip file", problem(file));
  }

  private Path zip(Map<String, byte[]> entries) throws IOException {
    Path file = folder.resolve("test.npz");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return file;
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    assertEquals("\"notes.txt\" is not an array", problem(zip(Map.of("notes.txt", new byte[2]))));
    assertEquals(
        "a.npy: not a .npy file, which begins with \\x93NUMPY",
        problem(zip(Map.of("a.npy", new byte[2]))));
    assertTrue(
        problem(Resources.copy("f4.npy", folder)).startsWith("cannot be read: ZipException"));
    assertTrue(problem(folder.resolve("missing.npz")).startsWith("cannot be read: there is no "));
  }

  @Test
  void anEntryMustNotHaveMoreThanItsArray() throws IOException {
    byte[] array = Resources.bytes("two.npy");
    assertEquals("a.npy: 136 bytes stand behind the array", problem(zip(Map.of("a.npy", array))));
  }

  @Test
  void namesThatNoZipFileCanHaveAreRefused() {
    Path file = folder.resolve("names.npz");
    HostTensor tensor = HostTensor.zeros(DType.F32);
    for (String name : List.of("\uD83D", "x".repeat(70_000))) {
      NpyException e =
          assertThrows(NpyException.class, () -> Npz.write(file, Map.of(name, tensor)));
      assertTrue(e.getMessage().startsWith(file + ": cannot be written"), e.getMessage());
      assertTrue(Files.notExists(file));
    }
  }
}
