package arignote.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `.npy` files against those that NumPy wrote.
class NpyTest {
  @TempDir Path folder;

  private HostTensor read(String resource) throws IOException {
    return Npy.read(Resources.copy(resource, folder));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "b1 | bool[2,3] [[true, false, true], [false, true, false]]",
        "i1 | i32[2,3] [[-2, -1, 0], [1, 2, 3]]",
        "i2 | i32[2,3] [[-2, -1, 0], [1, 2, 3]]",
        "i4 | i32[2,3] [[-2, -1, 0], [1, 2, 3]]",
        "i8 | i64[2,3] [[-2, -1, 0], [1, 2, 3]]",
        "u1 | i32[2,3] [[0, 1, 2], [3, 4, 5]]",
        "u2 | i32[2,3] [[0, 1, 2], [3, 4, 5]]",
        "u4 | i64[2,3] [[0, 1, 2], [3, 4, 5]]",
        "f2 | f32[2,3] [[-2.0, -1.0, 0.0], [1.0, 2.0, 3.0]]",
        "f4 | f32[2,3] [[-2.0, -1.0, 0.0], [1.0, 2.0, 3.0]]",
        "f8 | f64[2,3] [[-2.0, -1.0, 0.0], [1.0, 2.0, 3.0]]",
        "big_i2 | i32[2,3] [[-2, -1, 0], [1, 2, 3]]",
        "big_i4 | i32[2,3] [[-2, -1, 0], [1, 2, 3]]",
        "big_i8 | i64[2,3] [[-2, -1, 0], [1, 2, 3]]",
        "big_u2 | i32[2,3] [[0, 1, 2], [3, 4, 5]]",
        "big_u4 | i64[2,3] [[0, 1, 2], [3, 4, 5]]",
        "big_f2 | f32[2,3] [[-2.0, -1.0, 0.0], [1.0, 2.0, 3.0]]",
        "big_f4 | f32[2,3] [[-2.0, -1.0, 0.0], [1.0, 2.0, 3.0]]",
        "big_f8 | f64[2,3] [[-2.0, -1.0, 0.0], [1.0, 2.0, 3.0]]",
        "unsigned | i64[2] [0, 4294967295]",
        "extremes | i64[2] [-9223372036854775808, 9223372036854775807]",
        "floats | f32[7] [0.1, -0.0, inf, -inf, nan, 1.4E-45, 3.4028235E38]",
        "halves | f32[6] [0.099975586, -0.0, inf, nan, 5.9604645E-8, 65504.0]",
        "scalar | f64 2.5",
        "vector | f32[1] [1.5]",
        "empty | f32[0,3] []",
        "empty_fortran | f32[3,0] [[], [], []]",
        "version2 | f32[2,3] [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]",
        "version3 | f32[2,3] [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]",
      })
  void readsWhatNumpyWrites(String name, String expected) throws IOException {
    assertEquals(expected, read(name + ".npy").toString());
    assertEquals(
        expected, Npy.read(new ByteArrayInputStream(Resources.bytes(name + ".npy"))).toString());
  }

  @ParameterizedTest
  @CsvSource({"fortran, F32", "big_fortran, I32"})
  void fortranOrderIsTurned(String name, DType dtype) throws IOException {
    HostTensor tensor = read(name + ".npy");
    assertEquals(dtype, tensor.dtype());
    assertArrayEquals(new long[] {2, 3, 4}, tensor.shape());
    for (int i = 0; i < 24; i++) {
      assertEquals(i, tensor.getLong(i));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"b1", "i4", "i8", "f4", "f8", "extremes", "floats", "scalar", "vector", "empty"})
  void writesTheBytesThatNumpyWrites(String name) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Npy.write(out, read(name + ".npy"));
    assertArrayEquals(Resources.bytes(name + ".npy"), out.toByteArray());
    Path file = folder.resolve("written.npy");
    Npy.write(file, read(name + ".npy"));
    assertArrayEquals(Resources.bytes(name + ".npy"), Files.readAllBytes(file));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "object # dtype '|O' is an array of pickled Python objects, which is never unpickled; save"
            + " numbers",
        "structured # a structured array cannot be read; save its fields one by one",
        "text # dtype '<U2' is an array of texts; save numbers",
        "bytes # dtype '|S2' is an array of texts; save numbers",
        "date # dtype '<M8[D]' is unknown",
        "c8 # dtype '<c8' is an array of complex numbers; save real and imaginary part one by one",
        "u8 # dtype '<u8' is of unsigned integers that i64 may not hold; use astype(numpy.int64)",
        "two # 136 bytes stand behind the array",
      })
  void refusesOtherArrays(String name, String problem) throws IOException {
    Path file = Resources.copy(name + ".npy", folder);
    NpyException e = assertThrows(NpyException.class, () -> Npy.read(file));
    assertEquals(file + ": " + problem, e.getMessage());
  }

  @Test
  void aStreamIsReadUpToTheEndOfItsArray() throws IOException {
    InputStream in = new ByteArrayInputStream(Resources.bytes("two.npy"));
    assertEquals("i32[2] [1, 2]", Npy.read(in).toString());
    assertEquals("f64[1] [3.5]", Npy.read(in).toString());
    NpyException e = assertThrows(NpyException.class, () -> Npy.read(in));
    assertEquals("stream: not a .npy file, which begins with \\x93NUMPY", e.getMessage());
  }

  private static byte[] file(String header, int dataBytes) {
    byte[] dict = header.getBytes(StandardCharsets.ISO_8859_1);
    byte[] file = new byte[10 + dict.length + dataBytes];
    byte[] start = {
      (byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) dict.length, (byte) (dict.length >> 8)
    };
    System.arraycopy(start, 0, file, 0, 10);
    System.arraycopy(dict, 0, file, 10, dict.length);
    return file;
  }

  private static String problem(byte[] file) {
    String message =
        assertThrows(NpyException.class, () -> Npy.read(new ByteArrayInputStream(file)))
            .getMessage();
    return message.substring("stream: ".length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }     \n",
        "{\"shape\":(2 ,),'descr':'<f4','fortran_order':False}",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (2L,)}\n",
        "{ 'descr' : '=f4' , 'fortran_order' : False , 'shape' : ( 2 , ) , } ",
      })
  void headersMayBeLaidOutInOtherWays(String header) {
    assertEquals(
        "f32[2] [0.0, 0.0]",
        Npy.read(new ByteArrayInputStream(file(header.replace('=', '<'), 8))).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '~',
      value = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2)} # the header is damaged at"
            + " character 53: expected ',', as in a tuple of one in",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)} # the header is damaged at"
            + " character 52: expected the length of an axis in",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2.0,)} # the header is damaged at"
            + " character 53: expected ',' or ')' in",
        "{'descr': '<f4', 'fortran_order': False, 'shape': [2]} # the header is damaged at"
            + " character 51: expected ( in",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)} # the header is"
            + " damaged at character 72: expected the length of an axis in",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)} # the header is damaged at character"
            + " 35: expected True or False in",
        "{'descr': '<f4', 'shape': (2,)} # the header is damaged at character 32: expected the keys"
            + " descr, fortran_order and shape in",
        "{'descr': '<f4', 'descr': '<f4'} # the header is damaged at character 32: key 'descr'"
            + " stands twice in",
        "{'descr': '<f4', 'evil': '<f4'} # the header is damaged at character 26: unknown key"
            + " 'evil' in",
        "{'descr': '<f\\x34'} # the header is damaged at character 12: expected a text in quotes"
            + " without backslashes in",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} + exit() # the header is damaged"
            + " at character 57: expected nothing more in",
        "__import__('os') # the header is damaged at character 1: expected { in",
        "{'descr': '|f4', 'fortran_order': False, 'shape': (2,)} # dtype '|f4' is of floats",
        "{'descr': '', 'fortran_order': False, 'shape': (2,)} # dtype '' is unknown",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)} # the data ends after 8 of 12"
            + " bytes",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4)} # shape"
            + " [4611686018427387904, 4] has more elements than memory can hold",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,)} # the data ends after"
            + " 8 of 4000000000000 bytes",
      })
  void wrongHeaders(String header, String problem) {
    String found = problem(file(header, 8));
    assertTrue(found.startsWith(problem), found);
  }

  @Test
  void tooManyAxes() {
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + "1, ".repeat(65) + ")}";
    assertEquals("65 axes are more than 64", problem(file(header, 4)));
  }

  @Test
  void anAxisOfLengthZeroMakesUpForAnyOther() {
    String header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4, 0)}";
    HostTensor tensor = Npy.read(new ByteArrayInputStream(file(header, 0)));
    assertArrayEquals(new long[] {4611686018427387904L, 4, 0}, tensor.shape());
    assertEquals(0, tensor.size());
  }

  @Test
  void wrongBeginnings() {
    byte[] good = Resources.bytes("f4.npy");
    assertEquals("not a .npy file, which begins with \\x93NUMPY", problem(new byte[0]));
    assertEquals("not a .npy file, which begins with \\x93NUMPY", problem(Arrays.copyOf(good, 7)));
    byte[] version = good.clone();
    version[6] = (byte) 200;
    assertEquals("format version 200.0 is unknown; known are 1.0, 2.0 and 3.0", problem(version));
    assertEquals("the file ends within its header", problem(Arrays.copyOf(good, 9)));
    assertEquals("the file ends within its header", problem(Arrays.copyOf(good, 60)));
    byte[] long2 = Resources.bytes("version2.npy");
    long2[11] = 127;
    assertEquals("the header is said to have 2130706548 bytes", problem(long2));
  }

  @Test
  void aFileThatIsCutIsRefusedBeforeMemoryIsAllocated() throws IOException {
    byte[] cut = file("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000)}", 16);
    Path file = Files.write(folder.resolve("cut.npy"), cut);
    NpyException e = assertThrows(NpyException.class, () -> Npy.read(file));
    assertEquals(file + ": the data ends after 16 of 8000000000000 bytes", e.getMessage());
  }

  @Test
  void largeArraysGoThroughInPieces() throws IOException {
    double[] values = new double[400_001];
    Arrays.setAll(values, i -> Math.sin(i));
    HostTensor tensor = HostTensor.of(values);
    Path file = folder.resolve("large.npy");
    Npy.write(file, tensor);
    assertTrue(tensor.sameAs(Npy.read(file)));
    try (InputStream in = Files.newInputStream(file)) {
      assertTrue(tensor.sameAs(Npy.read(in)));
    }
  }

  @Test
  void missingFilesAndFoldersAreNamed() {
    Path missing = folder.resolve("missing.npy");
    assertEquals(
        missing + ": cannot be read: there is no " + missing,
        assertThrows(NpyException.class, () -> Npy.read(missing)).getMessage());
    Path nowhere = folder.resolve("no/folder.npy");
    HostTensor tensor = HostTensor.zeros(DType.F32);
    assertTrue(
        assertThrows(NpyException.class, () -> Npy.write(nowhere, tensor))
            .getMessage()
            .startsWith(nowhere + ": cannot be written: there is no "));
    assertThrows(NpyException.class, () -> Npy.read(folder));
    assertThrows(NpyException.class, () -> Npy.write(folder, tensor));
  }

  @Test
  void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("old"), "content");
    assertThrows(
        IOException.class,
        () ->
            WholeFile.write(
                file,
                out -> {
                  out.write(new byte[100_000]);
                  throw new IOException("disk full");
                }));
    assertEquals("content", Files.readString(file));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void leftoversOfKilledWritersAreRemovedAndNothingElse() throws IOException {
    Path file = folder.resolve("m.npz");
    Path leftover = folder.resolve(".m.npz.01234567-89ab-cdef-0123-456789abcdef.tmp");
    for (Path other :
        List.of(
            leftover,
            folder.resolve(".m.npz.tmp"),
            folder.resolve(".n.npz.01234567-89ab-cdef-0123-456789abcdef.tmp"))) {
      Files.writeString(other, "half");
    }
    WholeFile.removeLeftovers(file);
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(2, files.count());
    }
    assertFalse(Files.exists(leftover));
    WholeFile.removeLeftovers(folder.resolve("no/folder/m.npz"));
  }

  @Test
  void aCheckTouchesNothing() throws IOException {
    Path file = Files.writeString(folder.resolve("old"), "content");
    WholeFile.check(file);
    WholeFile.check(folder.resolve("new"));
    assertEquals("content", Files.readString(file));
    assertThrows(IOException.class, () -> WholeFile.check(folder));
    assertThrows(IOException.class, () -> WholeFile.check(folder.resolve("no/folder")));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void aWriteReplacesWhatALinkPointsTo() throws IOException {
    Path file = Files.writeString(folder.resolve("target.npy"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link.npy"), file);
    Npy.write(link, HostTensor.scalar(DType.I64, 5L));
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("i64 5", Npy.read(file).toString());
  }

  @Test
  void aStreamThatFailsIsReported() {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("disk full");
          }
        };
    NpyException e =
        assertThrows(NpyException.class, () -> Npy.write(broken, HostTensor.zeros(DType.F32)));
    assertEquals("stream: cannot be written: IOException disk full", e.getMessage());
    assertFalse(e.getCause() == null);
  }
}
