package arignote.reference;

import static arignote.reference.Evaluated.counted;
import static arignote.reference.Evaluated.f32;
import static arignote.reference.Evaluated.i32;
import static arignote.reference.Evaluated.i64;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.EvaluationException;
import arignote.ir.op.Gather;
import arignote.ir.op.Op;
import arignote.ir.op.Scatter;
import arignote.ir.op.ScatterFn;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import org.junit.jupiter.api.Test;

class IndexingTest {
  @Test
  void gatherReplacesAnAxisByTheAxesOfTheIndices() {
    assertEquals(
        "f32[2,2,2] [[[4.0, 5.0], [0.0, 1.0]], [[0.0, 1.0], [2.0, 3.0]]]",
        Evaluated.text(
            new Gather(0, 0), counted(3, 2), HostTensor.of(new long[] {2, 0, 0, 1}, 2, 2)));
    assertEquals(
        "f32[3,1] [[1.0], [3.0], [5.0]]", Evaluated.text(new Gather(1, 0), counted(3, 2), i32(1)));
    assertEquals(
        "f32[2] [4.0, 5.0]",
        Evaluated.text(new Gather(0, 0), counted(3, 2), HostTensor.scalar(DType.I64, 2L)));
    assertEquals(
        "f32[0,2] []",
        Evaluated.text(new Gather(0, 0), counted(3, 2), HostTensor.zeros(DType.I64, 0)));
  }

  @Test
  void gatherWalksBatchAxesTogether() {
    assertEquals(
        "f32[3] [1.0, 2.0, 5.0]", Evaluated.text(new Gather(1, 1), counted(3, 2), i64(1, 0, 1)));
    assertEquals(
        "f32[2,2,1] [[[1.0], [3.0]], [[4.0], [6.0]]]",
        Evaluated.text(new Gather(2, 1), counted(2, 2, 2), HostTensor.of(new long[] {1, 0}, 2, 1)));
    assertEquals(
        "f32[2,2] [[2.0, 3.0], [4.0, 5.0]]",
        Evaluated.text(new Gather(1, 1), counted(2, 2, 2), i64(1, 0)));
  }

  @Test
  void scatterAddAddsEqualIndicesUp() {
    assertEquals(
        "f32[3,2] [[0.0, 1.0], [12.0, 24.0], [4.0, 5.0]]",
        Evaluated.text(
            new Scatter(ScatterFn.ADD, 0, 0),
            counted(3, 2),
            i64(1, 1),
            HostTensor.of(new float[] {4, 8, 6, 13}, 2, 2)));
    assertEquals(
        "i32[2] [0, -2147483648]",
        Evaluated.text(
            new Scatter(ScatterFn.ADD, 0, 0), i32(0, Integer.MAX_VALUE), i64(1), i32(1)));
  }

  @Test
  void scatterAddIsRoundedOnce() {
    assertEquals(
        "f32[1] [1.0]",
        Evaluated.text(new Scatter(ScatterFn.ADD, 0, 0), f32(1e8), i64(0, 0), f32(1, -1e8)));
  }

  @Test
  void theLastUpdateSetWins() {
    assertEquals(
        "f32[3] [0.0, 1.0, 9.0]",
        Evaluated.text(new Scatter(ScatterFn.SET, 0, 0), counted(3), i64(2, 2, 2), f32(7, 8, 9)));
  }

  @Test
  void scatterWalksBatchAxesTogether() {
    assertEquals(
        "f32[3,2] [[0.0, 11.0], [12.0, 3.0], [4.0, 15.0]]",
        Evaluated.text(
            new Scatter(ScatterFn.ADD, 1, 1), counted(3, 2), i64(1, 0, 1), f32(10, 10, 10)));
  }

  @Test
  void anIndexOutOfRangeIsAnError() {
    assertFails(
        "gather: index 3 at [1] of the indices is outside 0..2 of axis 0 in f32[3,2]; operands: x0 and x1 (",
        new Gather(0, 0),
        counted(3, 2),
        i64(0, 3));
    assertFails(
        "gather: index -1 at [0,1] of the indices is outside 0..1 of axis 1 in f32[3,2]; operands: x0 and x1 (",
        new Gather(1, 0),
        counted(3, 2),
        HostTensor.of(new int[] {0, -1}, 1, 2));
    assertFails(
        "gather: index 0 at [] of the indices is outside the empty range of axis 0 in f32[0,2]; operands: x0 and x1 (",
        new Gather(0, 0),
        HostTensor.zeros(DType.F32, 0, 2),
        HostTensor.scalar(DType.I64, 0L));
    assertFails(
        "scatter_set: index 9223372036854775807 at [0] of the indices is outside 0..2",
        new Scatter(ScatterFn.SET, 0, 0),
        counted(3),
        i64(Long.MAX_VALUE),
        f32(1));
  }

  private static void assertFails(String message, Op op, HostTensor... operands) {
    EvaluationException error =
        assertThrows(EvaluationException.class, () -> Evaluated.all(op, operands));
    assertTrue(error.getMessage().startsWith(message), error.getMessage());
  }
}
