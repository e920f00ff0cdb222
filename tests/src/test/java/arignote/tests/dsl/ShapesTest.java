package arignote.tests.dsl;

import static arignote.dsl.Values.constant;
import static arignote.dsl.Values.input;
import static arignote.tests.dsl.Evaluation.valueOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.dsl.Shapes;
import arignote.dsl.Values;
import arignote.ir.EvaluationException;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import org.junit.jupiter.api.Test;

final class ShapesTest {
  private final Variable x = constant(HostTensor.of(new long[] {0, 1, 2, 3, 4, 5}, 2, 3));
  private final Variable row = constant(HostTensor.of(new long[] {0, 1, 2, 3, 4}));
  private final Variable symbolic = input("s", DType.F32, "T", "B");

  @Test
  void reshapeFillsInOneLength() {
    assertEquals("i64[3,2] [[0, 1], [2, 3], [4, 5]]", valueOf(x.reshape(3, -1)));
    assertEquals("f32[B*T]", Shapes.flatten(symbolic).type().toString());
    assertEquals("f32[T,B/4,4]", symbolic.reshape("T", -1, 4).type().toString());
  }

  @Test
  void slicesFollowPythonOnKnownLengths() {
    assertEquals("i64[2] [1, 2]", valueOf(row.slice(0, 1, 3)));
    assertEquals("i64[2] [3, 4]", valueOf(row.slice(0, -2, 99)));
    assertEquals("i64[0] []", valueOf(row.slice(0, 3, 1)));
    assertEquals("i64[4] [0, 1, 2, 3]", valueOf(row.slice(0, 0, -1)));
    assertEquals("i64[5] [4, 3, 2, 1, 0]", valueOf(Shapes.reverse(row, 0)));
    assertEquals("i64[3] [4, 2, 0]", valueOf(Shapes.every(row, 0, -2)));
    assertEquals("i64[3] [0, 2, 4]", valueOf(Shapes.every(row, 0, 2)));
  }

  @Test
  void windowsStartWhereAVariableSays() {
    Variable start = constant(DType.I64, 2);
    assertEquals("i64[3] [2, 3, 4]", valueOf(Shapes.window(row, 0, start, 3)));
    assertEquals(
        "i64[2,2] [[1, 2], [4, 5]]", valueOf(Shapes.window(x, 1, constant(DType.I32, 1), 2)));
    assertEquals("i64[0] []", valueOf(Shapes.window(row, 0, start, 0)));
    assertEquals("f32[N,B]", Shapes.window(symbolic, 0, start, "N").type().toString());
  }

  @Test
  void slicesOfUnknownLengthsCountFromTheEnd() {
    assertEquals("f32[T-1,B]", symbolic.slice(0, 0, -1).type().toString());
    assertEquals("f32[T-2,B]", symbolic.slice(0, 2, Values.dim("T")).type().toString());
    assertEquals("f32[B]", symbolic.get(-1).type().toString());
  }

  @Test
  void getTakesOnePartOfTheFirstAxis() {
    assertEquals("i64[3] [3, 4, 5]", valueOf(x.get(-1)));
    assertEquals("i64[3] [0, 1, 2]", valueOf(Shapes.get(x, constant(DType.I64, 0))));
    assertThrows(TypeException.class, () -> x.get(2));
  }

  @Test
  void transposeReordersAxes() {
    assertEquals("i64[3,2] [[0, 3], [1, 4], [2, 5]]", valueOf(x.transpose()));
    assertEquals("i64[3,2] [[0, 3], [1, 4], [2, 5]]", valueOf(Shapes.swapAxes(x, 0, -1)));
  }

  @Test
  void concatStackPad() {
    assertEquals("i64[2,4] [[0, 1, 2, 9], [3, 4, 5, 9]]", valueOf(concatNines()));
    assertEquals("i64[2,5] [[0, 1, 2, 3, 4], [0, 1, 2, 3, 4]]", valueOf(Shapes.stack(0, row, row)));
    assertEquals("i64[7] [0, 0, 1, 2, 3, 4, 0]", valueOf(Shapes.pad(row, 0, 1, 1)));
  }

  private Variable concatNines() {
    return Shapes.concat(1, x, Values.full(9, DType.I64, 2, 1));
  }

  @Test
  void takeAndPick() {
    Variable indices = constant(HostTensor.of(new long[] {2, 0}));
    assertEquals("i64[2,2] [[2, 0], [5, 3]]", valueOf(Shapes.take(x, indices, 1)));
    assertEquals("i64[2] [2, 3]", valueOf(Shapes.pick(x, indices)));
  }

  @Test
  void anIndexOutOfRangeIsAnErrorAndNegativeOnesAreToo() {
    Variable indices = constant(HostTensor.of(new long[] {0, -1}));
    EvaluationException error =
        assertThrows(EvaluationException.class, () -> valueOf(Shapes.take(x, indices, 1)));
    assertTrue(error.getMessage().startsWith("gather: "), error.getMessage());
    assertTrue(error.getMessage().contains("-1"), error.getMessage());
    assertTrue(error.getMessage().contains("ShapesTest.java"), error.getMessage());
  }

  @Test
  void scatterAddsInOrderAndScatterSetKeepsTheLast() {
    Variable indices = constant(HostTensor.of(new long[] {1, 1}));
    Variable updates = constant(HostTensor.of(new long[] {10, 20}));
    assertEquals("i64[5] [0, 31, 2, 3, 4]", valueOf(Shapes.scatterAdd(row, indices, updates, 0)));
    assertEquals("i64[5] [0, 20, 2, 3, 4]", valueOf(Shapes.scatterSet(row, indices, updates, 0)));
  }

  @Test
  void squeezeRefusesOtherLengths() {
    TypeException error = assertThrows(TypeException.class, () -> Shapes.squeeze(x, 0));
    assertTrue(
        error.getMessage().startsWith("squeeze: axis 0 of i64[2,3] has length 2, not 1"),
        error.getMessage());
  }
}
