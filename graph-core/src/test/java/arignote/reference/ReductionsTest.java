package arignote.reference;

import static arignote.reference.Evaluated.bool;
import static arignote.reference.Evaluated.counted;
import static arignote.reference.Evaluated.f32;
import static arignote.reference.Evaluated.f64;
import static arignote.reference.Evaluated.i32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.EvaluationException;
import arignote.ir.op.ArgReduce;
import arignote.ir.op.ArgReduceFn;
import arignote.ir.op.Cumulate;
import arignote.ir.op.CumulateFn;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReductionsTest {
  private static final double NAN = Double.NaN;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0     | f32[3,2] [[6.0, 8.0], [10.0, 12.0], [14.0, 16.0]]
          1     | f32[2,2] [[6.0, 9.0], [24.0, 27.0]]
          2     | f32[2,3] [[1.0, 5.0, 9.0], [13.0, 17.0, 21.0]]
          0 2   | f32[3] [14.0, 22.0, 30.0]
          2 0   | f32[3] [14.0, 22.0, 30.0]
          0 1 2 | f32 66.0
          """)
  void sumsRunOverAnyAxes(String axes, String expected) {
    List<Integer> parsed = Arrays.stream(axes.split(" ", -1)).map(Integer::valueOf).toList();
    assertEquals(expected, Evaluated.text(new Reduce(ReduceFn.SUM, parsed), counted(2, 3, 2)));
  }

  @Test
  void overNoAxesNothingChanges() {
    assertEquals(
        "f32[2] [1.0, nan]", Evaluated.text(new Reduce(ReduceFn.SUM, List.of()), f32(1, NAN)));
  }

  @Test
  void sumsAreRoundedOnce() {
    HostTensor many = HostTensor.zeros(DType.F32, 10_000);
    for (long i = 0; i < many.size(); i++) {
      many.setDouble(i, 0.1);
    }
    double exact = 10_000 * (double) 0.1f;
    assertEquals((float) exact, sumOf(many));
    assertEquals(1.0, sumOf(f32(1e8, 1, -1e8)));
    assertEquals(2.0, sumOf(f64(1, 1e100, 1, -1e100)));
  }

  @Test
  void infinitiesSurviveTheCorrection() {
    assertEquals(Double.POSITIVE_INFINITY, sumOf(f64(1, Double.POSITIVE_INFINITY, 2)));
    assertEquals(Double.POSITIVE_INFINITY, sumOf(f64(1e308, 1e308)));
    assertTrue(Double.isNaN(sumOf(f64(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY))));
  }

  private static double sumOf(HostTensor x) {
    return Evaluated.all(new Reduce(ReduceFn.SUM, List.of(0)), x).getFirst().item();
  }

  @Test
  void integerSumsAndProductsWrap() {
    assertEquals(
        "i32 -2147483648",
        Evaluated.text(new Reduce(ReduceFn.SUM, List.of(0)), i32(Integer.MAX_VALUE, 1)));
    assertEquals(
        "i32 0", Evaluated.text(new Reduce(ReduceFn.PROD, List.of(0)), i32(1 << 16, 1 << 16)));
  }

  @Test
  void maxAndMinPropagateNan() {
    HostTensor x = HostTensor.of(new double[] {1, 3, 2, 1, NAN, 2}, 2, 3);
    assertEquals("f64[2] [3.0, nan]", Evaluated.text(new Reduce(ReduceFn.MAX, List.of(1)), x));
    assertEquals("f64[2] [1.0, nan]", Evaluated.text(new Reduce(ReduceFn.MIN, List.of(1)), x));
    assertEquals("i32 -3", Evaluated.text(new Reduce(ReduceFn.MAX, List.of(0)), i32(-5, -3, -4)));
  }

  @ParameterizedTest
  @CsvSource({"SUM, '[0.0, 0.0]'", "PROD, '[1.0, 1.0]'"})
  void numbersOfNoElementsHaveANeutralElement(ReduceFn fn, String expected) {
    assertEquals(
        "f32[2] " + expected,
        Evaluated.text(new Reduce(fn, List.of(1)), HostTensor.zeros(DType.F32, 2, 0)));
  }

  @Test
  void boolsOfNoElementsHaveANeutralElement() {
    HostTensor none = HostTensor.zeros(DType.BOOL, 0);
    assertEquals("bool false", Evaluated.text(new Reduce(ReduceFn.ANY, List.of(0)), none));
    assertEquals("bool true", Evaluated.text(new Reduce(ReduceFn.ALL, List.of(0)), none));
    HostTensor mixed = bool(true, false);
    assertEquals("bool true", Evaluated.text(new Reduce(ReduceFn.ANY, List.of(0)), mixed));
    assertEquals("bool false", Evaluated.text(new Reduce(ReduceFn.ALL, List.of(0)), mixed));
  }

  @ParameterizedTest
  @EnumSource(names = {"MAX", "MIN"})
  void theLargestOfNoElementsIsAnError(ReduceFn fn) {
    EvaluationException error =
        assertThrows(
            EvaluationException.class,
            () -> Evaluated.all(new Reduce(fn, List.of(0, 1)), HostTensor.zeros(DType.F32, 2, 0)));
    assertTrue(
        error
            .getMessage()
            .startsWith(
                fn.mnemonic() + ": no elements along axes [0, 1] of f32[2,0]; operands: x0 ("),
        error.getMessage());
  }

  @Test
  void noResultNeedsNoElements() {
    HostTensor none = HostTensor.zeros(DType.F32, 0, 0);
    assertEquals("f32[0] []", Evaluated.text(new Reduce(ReduceFn.MAX, List.of(1)), none));
    assertEquals("i64[0] []", Evaluated.text(new ArgReduce(ArgReduceFn.ARGMAX, 1), none));
  }

  @Test
  void positionsAreThoseOfTheFirstExtremeOrNan() {
    HostTensor x = HostTensor.of(new double[] {1, 3, 3, 1, 5, NAN, NAN, 7}, 2, 4);
    assertEquals("i64[2] [1, 1]", Evaluated.text(new ArgReduce(ArgReduceFn.ARGMAX, 1), x));
    assertEquals("i64[2] [0, 1]", Evaluated.text(new ArgReduce(ArgReduceFn.ARGMIN, 1), x));
    assertEquals("i64[4] [1, 1, 1, 1]", Evaluated.text(new ArgReduce(ArgReduceFn.ARGMAX, 0), x));
    assertEquals("i64 0", Evaluated.text(new ArgReduce(ArgReduceFn.ARGMAX, 0), f32(0.0, -0.0)));
  }

  @Test
  void thePositionInAnEmptyAxisIsAnError() {
    EvaluationException error =
        assertThrows(
            EvaluationException.class,
            () ->
                Evaluated.all(
                    new ArgReduce(ArgReduceFn.ARGMIN, 1), HostTensor.zeros(DType.F32, 2, 0)));
    assertTrue(
        error
            .getMessage()
            .startsWith("argmin: no elements along axis 1 of f32[2,0]; operands: x0 ("),
        error.getMessage());
  }

  private static String cumulated(CumulateFn fn, int axis, boolean reverse, HostTensor x) {
    return Evaluated.text(new Cumulate(fn, axis, reverse), x);
  }

  @ParameterizedTest
  @CsvSource({
    "0, false, '[[[0.0, 1.0], [2.0, 3.0]], [[4.0, 6.0], [8.0, 10.0]]]'",
    "1, false, '[[[0.0, 1.0], [2.0, 4.0]], [[4.0, 5.0], [10.0, 12.0]]]'",
    "2, false, '[[[0.0, 1.0], [2.0, 5.0]], [[4.0, 9.0], [6.0, 13.0]]]'",
    "0, true, '[[[4.0, 6.0], [8.0, 10.0]], [[4.0, 5.0], [6.0, 7.0]]]'",
    "2, true, '[[[1.0, 1.0], [5.0, 3.0]], [[9.0, 5.0], [13.0, 7.0]]]'"
  })
  void runningSumsGoAlongAnyAxisEitherWay(int axis, boolean reverse, String expected) {
    assertEquals(
        "f32[2,2,2] " + expected, cumulated(CumulateFn.SUM, axis, reverse, counted(2, 2, 2)));
  }

  @Test
  void runningSumsAreRoundedOnceEach() {
    assertEquals(
        "f64[4] [1.0, 1.0E100, 1.0E100, 2.0]",
        cumulated(CumulateFn.SUM, 0, false, f64(1, 1e100, 1, -1e100)));
    assertEquals(
        "f32[3] [1.0E30, inf, 1.0E30]",
        cumulated(CumulateFn.PROD, 0, false, f32(1e30, 1e30, 1e-30)));
  }

  @Test
  void runningExtremesStayNanAndKnowTheSignOfZero() {
    assertEquals(
        "f64[5] [-0.0, 0.0, 0.0, nan, nan]",
        cumulated(CumulateFn.MAX, 0, false, f64(-0.0, 0.0, -0.0, NAN, 1)));
    assertEquals(
        "f64[4] [nan, nan, -0.0, 0.0]", cumulated(CumulateFn.MIN, 0, true, f64(1, NAN, -0.0, 0.0)));
  }

  @Test
  void runningSumsAndProductsOfIntegersWrap() {
    assertEquals(
        "i32[3] [2147483647, -2147483648, -2147483647]",
        cumulated(CumulateFn.SUM, 0, false, i32(Integer.MAX_VALUE, 1, 1)));
    assertEquals("i32[2] [0, 65536]", cumulated(CumulateFn.PROD, 0, true, i32(1 << 16, 1 << 16)));
  }

  @Test
  void ofNoElementsThereAreNone() {
    for (CumulateFn fn : CumulateFn.values()) {
      assertEquals("f32[2,0] [[], []]", cumulated(fn, 1, false, HostTensor.zeros(DType.F32, 2, 0)));
    }
  }
}
