package arignote.tests.dsl;

import static arignote.dsl.Values.constant;
import static arignote.dsl.Values.input;
import static arignote.tests.dsl.Evaluation.valueOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.dsl.Maths;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import org.junit.jupiter.api.Test;

final class MathsTest {
  private final Variable row = constant(HostTensor.of(new float[] {1, 2, 3}));
  private final Variable column = constant(HostTensor.of(new float[] {10, 20}, 2, 1));
  private final Variable ints = constant(HostTensor.of(new long[] {7, -7, 0}));
  private final Variable matrix = constant(HostTensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));

  @Test
  void operandsAreBroadcastByNumpysRules() {
    assertEquals("f32[2,3] [[11.0, 12.0, 13.0], [21.0, 22.0, 23.0]]", valueOf(row.add(column)));
    assertEquals("f32[3] [2.0, 4.0, 6.0]", valueOf(row.mul(2)));
  }

  @Test
  void anAxisOfLengthOneInTheTypeIsBroadcastAndASymbolIsNot() {
    Variable x = input("x", DType.F32, "T", 1);
    Variable y = input("y", DType.F32, "B");
    assertEquals("f32[T,B]", x.add(y).type().toString());
    TypeException error =
        assertThrows(TypeException.class, () -> input("z", DType.F32, "S").add(y));
    assertEquals(
        "add: cannot broadcast f32[S] with f32[B]: S and B differ and neither is 1; reshape() or expandDims() one of them, or give both lengths one name if they are always equal; operands: z and y"
            + " (MathsTest.java:"
            + lineOf(error)
            + ")",
        error.getMessage());
  }

  private static int lineOf(Throwable error) {
    for (StackTraceElement frame : error.getStackTrace()) {
      if (frame.getClassName().equals(MathsTest.class.getName())) {
        return frame.getLineNumber();
      }
    }
    throw new AssertionError(error);
  }

  @Test
  void literalsTakeTheDtypeOfTheVariableBesideThem() {
    assertEquals("i64[3] [8, -6, 1]", valueOf(ints.add(1)));
    assertEquals("f64", constant(DType.F64, 1).mul(0.1).type().toString());
    assertEquals("f32[3]", row.mul(0.1).type().toString());
  }

  @Test
  void aLiteralThatIntegersCannotHoldMakesFloats() {
    assertEquals("f32[3] [3.5, -3.5, 0.0]", valueOf(ints.mul(0.5)));
  }

  @Test
  void integersWithFloatsKeepTheFloatType() {
    assertEquals("f32[3] [8.0, -5.0, 3.0]", valueOf(row.add(ints)));
  }

  @Test
  void divisionOfIntegersIsTrueDivision() {
    assertEquals("f32[3] [3.5, -3.5, 0.0]", valueOf(ints.div(2)));
    assertEquals("i64[3] [3, -4, 0]", valueOf(Maths.floordiv(ints, 2)));
    assertEquals("i64[3] [1, 1, 0]", valueOf(Maths.mod(ints, 2)));
    assertEquals("i64[3] [-1, -1, 0]", valueOf(Maths.mod(ints, -2)));
  }

  @Test
  void reductionsTakeAxesFromEitherEnd() {
    assertEquals("f32 21.0", valueOf(matrix.sum()));
    assertEquals("f32[3] [5.0, 7.0, 9.0]", valueOf(matrix.sum(0)));
    assertEquals("f32[2] [6.0, 15.0]", valueOf(matrix.sum(-1)));
    assertEquals("f32[2] [2.0, 5.0]", valueOf(matrix.mean(1)));
    assertEquals("f32[3] [2.25, 2.25, 2.25]", valueOf(Maths.var(matrix, 0)));
    assertEquals("i64[3] [1, 1, 1]", valueOf(Maths.argmax(matrix, 0)));
  }

  @Test
  void cumulativeOpsRunAlongOneAxisThatMayCountFromTheEnd() {
    assertEquals("f32[2,3] [[1.0, 3.0, 6.0], [4.0, 9.0, 15.0]]", valueOf(matrix.cumsum(-1)));
    assertEquals("f32[2,3] [[1.0, 2.0, 3.0], [4.0, 10.0, 18.0]]", valueOf(matrix.cumprod(0)));
    assertEquals("i64[3] [7, 7, 7]", valueOf(ints.cummax(0)));
    assertEquals("f32[2,3] [[1.0, 1.0, 1.0], [4.0, 4.0, 4.0]]", valueOf(matrix.cummin(1)));
    assertEquals("i64[3] [0, 1, 2]", valueOf(row.gt(1).cumsum(0)));
    assertEquals("i64", row.cast(DType.I32).cumprod(0).type().dtype().toString());
    assertEquals("i32", row.cast(DType.I32).cummin(0).type().dtype().toString());
    assertTrue(
        assertThrows(TypeException.class, () -> matrix.cumsum(2))
            .getMessage()
            .startsWith("cumsum: "));
    assertTrue(
        assertThrows(TypeException.class, () -> row.gt(1).cummax(0))
            .getMessage()
            .startsWith("cummax: is not defined on bool"));
  }

  @Test
  void boolsAreSummedAsIntegers() {
    assertEquals("i64 2", valueOf(row.gt(1).sum()));
    assertEquals("f32 0.6666667", valueOf(row.gt(1).mean()));
  }

  @Test
  void theMeanDividesByTheNumberOfElementsOfUnknownLength() {
    assertEquals("f32[B]", input("x", DType.F32, "T", "B").mean(0).type().toString());
  }

  @Test
  void dotMultipliesMatricesAndVectors() {
    assertEquals("f32[2] [14.0, 32.0]", valueOf(matrix.dot(row)));
    assertEquals("f32 14.0", valueOf(row.dot(row)));
    assertEquals("f32[2,2] [[14.0, 32.0], [32.0, 77.0]]", valueOf(matrix.dot(matrix.transpose())));
    assertEquals(
        "f32[1,2,1] [[[14.0], [32.0]]]", valueOf(matrix.reshape(1, 2, 3).dot(row.reshape(3, 1))));
  }

  @Test
  void dotNamesBothTypesAndTheLine() {
    Variable x = input("x", DType.F32, "T", "B");
    Variable w = input("w", DType.F32, 128, 2);
    TypeException error = assertThrows(TypeException.class, () -> x.dot(w));
    assertEquals(
        "dot: cannot contract f32[T,B] with f32[128,2]: the last axis of the first must be the first of the second; transpose() or reshape() one of them; operands: x and w (MathsTest.java:"
            + lineOf(error)
            + ")",
        error.getMessage());
  }

  @Test
  void matmulBroadcastsLeadingAxes() {
    Variable stack = constant(HostTensor.of(new float[] {1, 0, 0, 1, 2, 0, 0, 2}, 2, 2, 2));
    Variable square = constant(HostTensor.of(new float[] {1, 2, 3, 4}, 2, 2));
    assertEquals(
        "f32[2,2,2] [[[1.0, 2.0], [3.0, 4.0]], [[2.0, 4.0], [6.0, 8.0]]]",
        valueOf(Maths.matmul(stack, square)));
  }

  @Test
  void outerMultipliesAllPairs() {
    assertEquals(
        "f32[2,3] [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]]",
        valueOf(Maths.outer(row.slice(0, 0, 2), row)));
  }

  @Test
  void selectPromotesAndBroadcasts() {
    assertEquals(
        "f32[2,3] [[1.0, 0.0, 3.0], [4.0, 0.0, 6.0]]", valueOf(Maths.select(row.ne(2), matrix, 0)));
  }
}
