package arignote.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhiloxTest {
  /// The known-answer vectors of Random123: counter and key as words, low ones first.
  @ParameterizedTest
  @CsvSource({
    "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"
  })
  void blocksAreThoseOfRandom123(String counter, String key, String expected) {
    int[] counterWords = words(counter);
    int[] keyWords = words(key);
    int[] found = new int[4];
    Philox.block(
        join(keyWords[0], keyWords[1]),
        join(counterWords[2], counterWords[3]),
        join(counterWords[0], counterWords[1]),
        found);
    assertEquals(
        expected,
        Arrays.stream(found)
            .mapToObj(word -> "%08x".formatted(word))
            .collect(Collectors.joining(" ")));
  }

  private static int[] words(String text) {
    return Arrays.stream(text.split(" "))
        .mapToInt(word -> Integer.parseUnsignedInt(word, 16))
        .toArray();
  }

  private static long join(int low, int high) {
    return (low & 0xFFFFFFFFL) | ((long) high << 32);
  }

  @Test
  void floatsAreTheUpperBitsOfWords() {
    HostTensor floats = HostTensor.zeros(DType.F32, 5);
    Philox.fillUniform(0, 0, floats);
    assertEquals(0x6627e8 * 0x1p-24, floats.getDouble(0));
    assertEquals(0xe169c5 * 0x1p-24, floats.getDouble(1));
    assertEquals(0xbc57ac * 0x1p-24, floats.getDouble(2));
    assertEquals(0x9b00db * 0x1p-24, floats.getDouble(3));
    int[] second = new int[4];
    Philox.block(0, 0, 1, second);
    assertEquals((second[0] >>> 8) * 0x1p-24, floats.getDouble(4));
  }

  @Test
  void doublesAreTheUpperBitsOfTwoWords() {
    HostTensor doubles = HostTensor.zeros(DType.F64, 2);
    Philox.fillUniform(0, 0, doubles);
    long first = ((0x6627e8d5L >>> 5) << 26) | (0xe169c58dL >>> 6);
    long second = ((0xbc57ac4cL >>> 5) << 26) | (0x9b00dbd8L >>> 6);
    assertEquals(first * 0x1p-53, doubles.getDouble(0));
    assertEquals(second * 0x1p-53, doubles.getDouble(1));
  }

  @Test
  void theLargestWordsStayBelowOne() {
    assertTrue(Philox.toFloat(-1) < 1);
    assertTrue(Philox.toDouble(-1, -1) < 1);
    assertEquals(0, Philox.toFloat(0xFF));
  }

  @ParameterizedTest
  @CsvSource({"F32", "F64"})
  void partsAreTheSameAsTheWhole(DType dtype) {
    long size = 33;
    HostTensor whole = HostTensor.zeros(dtype, size);
    Philox.fillUniform(-5, 1L << 40, whole);
    for (long cut = 0; cut <= size; cut++) {
      HostTensor parts = HostTensor.zeros(dtype, size);
      Philox.fillUniform(-5, 1L << 40, parts, cut, size);
      Philox.fillUniform(-5, 1L << 40, parts, 0, cut);
      assertTrue(parts.sameAs(whole), "cut at " + cut);
    }
  }

  @Test
  void aRangeOutsideTheTensorIsAnError() {
    HostTensor target = HostTensor.zeros(DType.F32, 3);
    assertThrows(IndexOutOfBoundsException.class, () -> Philox.fillUniform(0, 0, target, 0, 4));
    assertThrows(
        IllegalArgumentException.class,
        () -> Philox.fillUniform(0, 0, HostTensor.zeros(DType.I32, 3)));
  }
}
