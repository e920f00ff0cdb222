package arignote.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HostTensorTest {
  @Test
  void arraysBecomeVectorsOrTheShapeAskedFor() {
    assertEquals("f32[1] [5.0]", HostTensor.of(new float[] {5}).toString());
    assertEquals("f32 5.0", HostTensor.of(new float[] {5}, new long[0]).toString());
    assertEquals("f64[0] []", HostTensor.of(new double[0]).toString());
    assertEquals("i32[2,1] [[1], [2]]", HostTensor.of(new int[] {1, 2}, 2, 1).toString());
    assertEquals("i64[1,2] [[1, 2]]", HostTensor.of(new long[] {1, 2}, 1, 2).toString());
    assertEquals("bool[2] [true, false]", HostTensor.of(new boolean[] {true, false}).toString());
    assertEquals("f32[0,3] []", HostTensor.of(new float[0], 0, 3).toString());
    assertEquals("f32[2,0] [[], []]", HostTensor.of(new float[0], 2, 0).toString());
  }

  @Test
  void shapesThatCannotBeAreRefused() {
    assertEquals(
        "of: an array of 3 elements cannot fill a tensor f32[2,2] of 4 elements; give other lengths",
        assertThrows(TensorException.class, () -> HostTensor.of(new float[3], 2, 2)).getMessage());
    assertEquals(
        "a tensor cannot have the shape [2, -1]: lengths are 0 or more",
        assertThrows(TensorException.class, () -> HostTensor.zeros(DType.F32, 2, -1)).getMessage());
    assertThrows(TensorException.class, () -> HostTensor.zeros(DType.BOOL, 1L << 40, 1L << 40));
    assertThrows(TensorException.class, () -> HostTensor.zeros(DType.F64, Long.MAX_VALUE));
    assertEquals(0, HostTensor.zeros(DType.F64, 1L << 40, 1L << 40, 0).size());
    assertThrows(
        TensorException.class,
        () -> HostTensor.wrap(MemorySegment.ofArray(new byte[15]), DType.F32, 4));
  }

  @Test
  void textIsShort() {
    assertEquals("f32[1001] (1001 elements)", HostTensor.zeros(DType.F32, 1001).toString());
    assertEquals(
        "f32[1099511627776,0] (0 elements)", HostTensor.zeros(DType.F32, 1L << 40, 0).toString());
    assertEquals(
        "f32[3] [nan, inf, -inf]",
        HostTensor.of(new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
            .toString());
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void elementsAreSetAndGot(DType dtype) {
    HostTensor tensor = HostTensor.zeros(dtype, 2, 3);
    assertEquals(6L * dtype.bytes(), tensor.byteSize());
    assertEquals(0, tensor.segment().address() % HostTensor.ALIGNMENT);
    tensor.setLong(4, 1);
    tensor.setDouble(5, 1);
    assertArrayEquals(new long[] {0, 0, 0, 0, 1, 1}, tensor.toLongArray());
    assertArrayEquals(new double[] {0, 0, 0, 0, 1, 1}, tensor.toDoubleArray());
    assertArrayEquals(new float[] {0, 0, 0, 0, 1, 1}, tensor.toFloatArray());
    assertArrayEquals(
        new boolean[] {false, false, false, false, true, true}, tensor.toBooleanArray());
    assertEquals(List.of(2L, 3L), tensor.shapeAsList());
  }

  /// As the op `cast`: Java's casts, to bool whether it is not 0.
  @ParameterizedTest
  @CsvSource({
    "F64, 2.9, I32, 2",
    "F64, -2.9, I64, -2",
    "F64, 1e30, I32, 2147483647",
    "F32, -1e30, I64, -9223372036854775808",
    "F64, NaN, I32, 0",
    "F64, NaN, BOOL, true",
    "F64, -0.0, BOOL, false",
    "F64, 0.5, BOOL, true",
    "F64, 0.1, F32, 0.1",
    "F64, 1e-60, F32, 0.0",
    "F64, 1e60, F32, inf",
    "F32, 0.1, F64, 0.10000000149011612",
    "BOOL, 1, F32, 1.0",
  })
  void castsAsJavaDoes(DType from, double value, DType to, String expected) {
    assertEquals(expected, HostTensor.scalar(from, value).cast(to).elementsToString());
  }

  @ParameterizedTest
  @CsvSource({
    "4294967297, I32, 1",
    "2147483648, I32, -2147483648",
    "256, BOOL, true",
    // between two floats, just above the middle: by way of a double it would be rounded down
    "9007199791611905, F32, 9.0072E15",
    "9007199254740993, F64, 9.007199254740992E15",
  })
  void longsAreCast(long value, DType to, String expected) {
    HostTensor tensor = HostTensor.scalar(DType.I64, value);
    assertEquals(expected, tensor.cast(to).elementsToString());
    assertEquals((float) value, tensor.toFloatArray()[0]);
  }

  @Test
  void castToTheSameDtypeIsTheSame() {
    HostTensor tensor = HostTensor.zeros(DType.F32, 2);
    assertSame(tensor, tensor.cast(DType.F32));
  }

  @Test
  void copiesAreIndependentAndReshapesAreNot() {
    HostTensor tensor = HostTensor.of(new int[] {1, 2, 3, 4});
    HostTensor copy = tensor.copy();
    HostTensor matrix = tensor.reshape(2, 2);
    tensor.setLong(3, 9);
    assertEquals("i32[4] [1, 2, 3, 4]", copy.toString());
    assertEquals("i32[2,2] [[1, 2], [3, 9]]", matrix.toString());
    assertThrows(TensorException.class, () -> tensor.reshape(3));
    assertThrows(TensorException.class, () -> tensor.copyFrom(matrix));
    assertThrows(TensorException.class, () -> tensor.copyFrom(HostTensor.zeros(DType.F32, 4)));
    copy.copyFrom(tensor);
    assertTrue(copy.sameAs(tensor));
  }

  @Test
  void sameMeansEveryBit() {
    HostTensor zero = HostTensor.scalar(DType.F32, 0.0);
    assertFalse(zero.sameAs(HostTensor.scalar(DType.F32, -0.0)));
    assertFalse(zero.sameAs(HostTensor.zeros(DType.I32)));
    assertFalse(zero.sameAs(HostTensor.zeros(DType.F32, 1)));
    HostTensor nan = HostTensor.scalar(DType.F32, Double.NaN);
    assertTrue(nan.sameAs(nan.copy()));
    assertTrue(HostTensor.zeros(DType.F32, 0).sameAs(HostTensor.zeros(DType.F32, 0)));
  }

  @Test
  void wrappedMemoryIsShared() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(64);
      HostTensor tensor = HostTensor.wrap(segment, DType.I64, 3);
      tensor.setLong(2, 7);
      assertEquals("i64[3] [0, 0, 7]", HostTensor.wrap(segment, DType.I64, 3).toString());
    }
  }

  @Test
  void itemsAndScalars() {
    assertEquals(2.5, HostTensor.scalar(DType.F64, 2.5).item());
    assertEquals(7, HostTensor.of(new long[] {7}, 1, 1).item());
    assertEquals(
        "i64 9223372036854775807", HostTensor.scalar(DType.I64, Long.MAX_VALUE).toString());
    assertEquals(
        "item: needs exactly one element, this tensor is f32[2]; read one with getDouble(index)",
        assertThrows(TensorException.class, () -> HostTensor.zeros(DType.F32, 2).item())
            .getMessage());
  }

  /// Large tensors lie in large pages where the system has them, which is not to be noticed.
  @Test
  void largeTensorsAreZerosToo() {
    try (Arena arena = Arena.ofConfined()) {
      HostTensor tensor = HostTensor.allocate(arena, DType.F32, 3, 1 << 20);
      assertEquals(0, tensor.segment().address() % HostTensor.ALIGNMENT);
      assertEquals(tensor.byteSize(), tensor.segment().byteSize());
      for (long i = 0; i < tensor.size(); i += 1000) {
        assertEquals(0, tensor.getDouble(i));
      }
      tensor.setDouble(tensor.size() - 1, 3);
      assertEquals(3, tensor.getDouble(tensor.size() - 1));
    }
  }

  /// More than there is room for at once, none of which is needed any longer.
  @Test
  void largeTensorsThatNobodyNeedsMakeRoomForOthers() {
    long each = Runtime.getRuntime().maxMemory() / 16;
    for (int i = 0; i < 40; i++) {
      assertEquals(each, HostTensor.zeros(DType.BOOL, each).byteSize());
    }
  }
}
