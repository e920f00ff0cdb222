package arignote.reference;

import static arignote.reference.Evaluated.bool;
import static arignote.reference.Evaluated.f32;
import static arignote.reference.Evaluated.f64;
import static arignote.reference.Evaluated.i32;
import static arignote.reference.Evaluated.i64;
import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.CompareFn;
import arignote.ir.op.Select;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElementwiseTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          NEG        | [0.0, -0.0, -inf, nan]
          ABS        | [0.0, 0.0, inf, nan]
          SIGN       | [-0.0, 0.0, 1.0, nan]
          EXP        | [1.0, 1.0, inf, nan]
          EXPM1      | [-0.0, 0.0, inf, nan]
          LOG        | [-inf, -inf, inf, nan]
          LOG1P      | [-0.0, 0.0, inf, nan]
          SQRT       | [-0.0, 0.0, inf, nan]
          RSQRT      | [-inf, inf, 0.0, nan]
          SQUARE     | [0.0, 0.0, inf, nan]
          RECIPROCAL | [-inf, inf, 0.0, nan]
          SIN        | [-0.0, 0.0, nan, nan]
          COS        | [1.0, 1.0, nan, nan]
          ATAN       | [-0.0, 0.0, 1.5707964, nan]
          TANH       | [-0.0, 0.0, 1.0, nan]
          ERF        | [-0.0, 0.0, 1.0, nan]
          ERFC       | [1.0, 1.0, 0.0, nan]
          SIGMOID    | [0.5, 0.5, 1.0, nan]
          SOFTPLUS   | [0.6931472, 0.6931472, inf, nan]
          RELU       | [0.0, 0.0, inf, nan]
          FLOOR      | [-0.0, 0.0, inf, nan]
          CEIL       | [-0.0, 0.0, inf, nan]
          ROUND      | [-0.0, 0.0, inf, nan]
          ISNAN      | [false, false, false, true]
          ISINF      | [false, false, true, false]
          """)
  void unaryFunctionsFollowIeee(UnaryFn fn, String expected) {
    HostTensor x = f32(-0.0, 0.0, INF, NAN);
    assertEquals(
        (fn == UnaryFn.ISNAN || fn == UnaryFn.ISINF ? "bool[4] " : "f32[4] ") + expected,
        Evaluated.text(new Unary(fn), x));
  }

  @Test
  void roundPrefersTheEvenNeighbour() {
    assertEquals(
        "f64[6] [-2.0, -2.0, -0.0, 0.0, 2.0, 2.0]",
        Evaluated.text(new Unary(UnaryFn.ROUND), f64(-2.5, -1.5, -0.5, 0.5, 1.5, 2.5)));
  }

  @Test
  void f32ResultsAreRoundedOnce() {
    assertEquals(
        "f32[3] [2.7182817, 3.4028233E38, inf]",
        Evaluated.text(new Unary(UnaryFn.SQUARE), f32(1.6487212, 1.8446743E19, 1.8446744E19)));
    assertEquals("f32[2] [2.7182817, inf]", Evaluated.text(new Unary(UnaryFn.EXP), f32(1, 89)));
  }

  @Test
  void sigmoidAndSoftplusDoNotOverflow() {
    assertEquals(
        "f32[2] [1.0, 3.8E-44]", Evaluated.text(new Unary(UnaryFn.SIGMOID), f32(200, -100)));
    assertEquals(
        "f32[2] [200.0, 3.8E-44]", Evaluated.text(new Unary(UnaryFn.SOFTPLUS), f32(200, -100)));
  }

  @Test
  void integersWrap() {
    int least = Integer.MIN_VALUE;
    assertEquals("i32[1] [-2147483648]", Evaluated.text(new Unary(UnaryFn.ABS), i32(least)));
    assertEquals("i32[1] [-2147483648]", Evaluated.text(new Unary(UnaryFn.NEG), i32(least)));
    assertEquals(
        "i32[2] [-2147483648, 0]",
        Evaluated.text(new Binary(BinaryFn.ADD), i32(Integer.MAX_VALUE, least), i32(1, least)));
    assertEquals(
        "i64[1] [1]",
        Evaluated.text(new Binary(BinaryFn.MUL), i64(Long.MAX_VALUE), i64(Long.MAX_VALUE)));
    assertEquals(
        "i32[1] [-2147483648]", Evaluated.text(new Binary(BinaryFn.FLOORDIV), i32(least), i32(-1)));
  }

  @Test
  void longsAreExactBeyondTheBitsOfADouble() {
    long large = (1L << 53) + 1;
    assertEquals(
        "i64[1] [9007199254740994]", Evaluated.text(new Binary(BinaryFn.ADD), i64(large), i64(1)));
    assertEquals(
        "bool[1] [true]", Evaluated.text(new Compare(CompareFn.GT), i64(large), i64(large - 1)));
    assertEquals(
        "i64[1] [9007199254740993]",
        Evaluated.text(new Binary(BinaryFn.MAXIMUM), i64(large), i64(large - 1)));
  }

  @ParameterizedTest
  @CsvSource({
    "7, 3, 2, 1",
    "-7, 3, -3, 2",
    "7, -3, -3, -2",
    "-7, -3, 2, -1",
    "6, -3, -2, 0",
    "7, 0, 0, 0"
  })
  void integersDivideTowardsMinusInfinity(int x, int y, int quotient, int remainder) {
    assertEquals(
        "i32[1] [" + quotient + "]", Evaluated.text(new Binary(BinaryFn.FLOORDIV), i32(x), i32(y)));
    assertEquals(
        "i64[1] [" + remainder + "]", Evaluated.text(new Binary(BinaryFn.MOD), i64(x), i64(y)));
  }

  /// What Python's `//` and `%` give; `1 // 0.1` is 9, as 0.1 is a little more than a tenth.
  @ParameterizedTest
  @CsvSource({
    "7.5, 2, 3.0, 1.5",
    "-7.5, 2, -4.0, 0.5",
    "7.5, -2, -4.0, -0.5",
    "1, 0.1, 9.0, 0.09999999999999995",
    "-6, 3, -2.0, 0.0",
    "6, -3, -2.0, -0.0",
    "1, Infinity, 0.0, 1.0",
    "-1, Infinity, -1.0, inf",
    "Infinity, 1, nan, nan",
    "1, 0, inf, nan",
    "-1e300, 1e-300, -inf, 0.0",
    "1e-300, 1e300, 0.0, 1.0E-300",
    "-1e-300, 1, -1.0, 1.0"
  })
  void floatsDivideAsInPython(double x, double y, String quotient, String remainder) {
    assertEquals(
        "f64[1] [" + quotient + "]", Evaluated.text(new Binary(BinaryFn.FLOORDIV), f64(x), f64(y)));
    if (!quotient.equals("-inf")) {
      assertEquals(
          "f64[1] [" + remainder + "]", Evaluated.text(new Binary(BinaryFn.MOD), f64(x), f64(y)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "3, 4, 81",
    "-2, 3, -8",
    "5, 0, 1",
    "0, 0, 1",
    "1, -5, 1",
    "-1, -5, -1",
    "-1, -4, 1",
    "2, -1, 0",
    "0, -1, 0",
    "3, 40, -6289078614652622815",
    "2, 64, 0"
  })
  void integersAreRaisedToPowers(long x, long y, long expected) {
    assertEquals(
        "i64[1] [" + expected + "]", Evaluated.text(new Binary(BinaryFn.POW), i64(x), i64(y)));
  }

  @Test
  void minimumAndMaximumKeepNanAndOrderZeros() {
    HostTensor x = f32(0.0, -0.0, NAN, 1, -INF);
    HostTensor y = f32(-0.0, 0.0, 1, NAN, INF);
    assertEquals(
        "f32[5] [-0.0, -0.0, nan, nan, -inf]", Evaluated.text(new Binary(BinaryFn.MINIMUM), x, y));
    assertEquals(
        "f32[5] [0.0, 0.0, nan, nan, inf]", Evaluated.text(new Binary(BinaryFn.MAXIMUM), x, y));
  }

  @Test
  void bitwiseFunctionsWorkOnBoolsAndIntegers() {
    HostTensor x = bool(false, false, true, true);
    HostTensor y = bool(false, true, false, true);
    assertEquals(
        "bool[4] [false, false, false, true]", Evaluated.text(new Binary(BinaryFn.AND), x, y));
    assertEquals(
        "bool[4] [false, true, true, true]", Evaluated.text(new Binary(BinaryFn.OR), x, y));
    assertEquals(
        "bool[4] [false, true, true, false]", Evaluated.text(new Binary(BinaryFn.XOR), x, y));
    assertEquals("bool[4] [true, true, false, false]", Evaluated.text(new Unary(UnaryFn.NOT), x));
    assertEquals("i32[2] [-1, 5]", Evaluated.text(new Unary(UnaryFn.NOT), i32(0, -6)));
    assertEquals("i64[1] [6]", Evaluated.text(new Binary(BinaryFn.XOR), i64(5), i64(3)));
  }

  @ParameterizedTest
  @CsvSource({
    "EQ, '[false, true, true, false]'",
    "NE, '[true, false, false, true]'",
    "LT, '[true, false, false, false]'",
    "LE, '[true, true, true, false]'",
    "GT, '[false, false, false, false]'",
    "GE, '[false, true, true, false]'"
  })
  void comparisonsWithNanAreFalse(CompareFn fn, String expected) {
    assertEquals(
        "bool[4] " + expected,
        Evaluated.text(new Compare(fn), f32(1, 2, -0.0, NAN), f32(2, 2, 0.0, NAN)));
  }

  @Test
  void falseIsBelowTrue() {
    assertEquals(
        "bool[4] [false, true, false, false]",
        Evaluated.text(
            new Compare(CompareFn.LT),
            bool(false, false, true, true),
            bool(false, true, false, true)));
  }

  @Test
  void selectTakesOneSideWholly() {
    assertEquals(
        "f32[3] [1.0, nan, -0.0]",
        Evaluated.text(new Select(), bool(true, false, true), f32(1, 2, -0.0), f32(NAN, NAN, NAN)));
    assertEquals(
        "i64[2] [9007199254740993, 2]",
        Evaluated.text(new Select(), bool(true, false), i64((1L << 53) + 1, 0), i64(0, 2)));
  }

  @Test
  void castsFollowJava() {
    HostTensor floats = f32(1.9, -1.9, NAN, 1e10, -INF, 0);
    assertEquals(
        "i32[6] [1, -1, 0, 2147483647, -2147483648, 0]",
        Evaluated.text(new Cast(DType.I32), floats));
    assertEquals(
        "i64[6] [1, -1, 0, 10000000000, -9223372036854775808, 0]",
        Evaluated.text(new Cast(DType.I64), floats));
    assertEquals(
        "bool[6] [true, true, true, true, true, false]",
        Evaluated.text(new Cast(DType.BOOL), floats));
    assertEquals("i32[2] [0, -1]", Evaluated.text(new Cast(DType.I32), i64(1L << 32, -1)));
    assertEquals(
        "f32[2] [1.6777216E7, 9.223372E18]",
        Evaluated.text(new Cast(DType.F32), i64((1L << 24) + 1, Long.MAX_VALUE)));
    assertEquals("f64[2] [0.0, 1.0]", Evaluated.text(new Cast(DType.F64), bool(false, true)));
    assertEquals("f32[2] [inf, 0.1]", Evaluated.text(new Cast(DType.F32), f64(1e300, 0.1)));
  }
}
