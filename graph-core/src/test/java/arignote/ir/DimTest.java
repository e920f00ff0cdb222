package arignote.ir;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import arignote.ir.text.IrParser;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DimTest {
  private static final Dim T = Dim.symbol("T");
  private static final Dim B = Dim.symbol("B");

  /// Sums and products come to one normal form, whatever the way.
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "T-T, 0",
    "1+T, T+1",
    "T+T, 2*T",
    "T*B, B*T",
    "T*1, T",
    "T*0, 0",
    "-T, -T",
    "3-T, -T+3",
    "T*T*B, B*T*T",
    "(T+1)*(T-1), T*T-1",
    "(T+B)*(T+B), B*B+2*B*T+T*T",
    "2*(T+3)-6, 2*T",
    "T-9223372036854775807-1, T-9223372036854775808",
  })
  void sumsAndProducts(String text, String normal) {
    assertEquals(normal, IrParser.parseDim(text).toString());
    assertEquals(IrParser.parseDim(normal), IrParser.parseDim(text));
    assertEquals(IrParser.parseDim(normal).hashCode(), IrParser.parseDim(text).hashCode());
  }

  @ParameterizedTest
  @CsvSource({
    "7/2, 3",
    "-7/2, -4",
    "7/(-2), -4",
    "0/T, 0",
    "T/1, T",
    "T/T, 1",
    "(T+1)/(T+1), 1",
    "(B*T)/B, T",
    "(6*B*T+4*T)/(2*T), 3*B+2",
    "(-4*T)/2, -2*T",
    // not even, so an atom of its own
    "T/2, T/2",
    "(T+1)/2, (T+1)/2",
    "(2*T+1)/2, (2*T+1)/2",
    "T/B, T/B",
    "T/(2*T), 0",
    "(3*B*T)/(6*T), B/2",
    "(B*T)/(-T), -B",
    "T/(B+1), T/(B+1)",
    "2*(T/2), 2*(T/2)",
    "0-T/2, -(T/2)",
    "(T/2)*(T/2), (T/2)*(T/2)",
    "(T/2)/3, (T/2)/3",
    "(T/2)/(T/2), 1",
    "T/2+T/2, 2*(T/2)",
    "T/2-T/2, 0",
  })
  void quotientsAreRoundedDown(String text, String normal) {
    assertEquals(normal, IrParser.parseDim(text).toString());
    assertEquals(IrParser.parseDim(normal), IrParser.parseDim(text));
  }

  @ParameterizedTest
  @CsvSource({
    "B*T+1, 57",
    "(T+1)/2, 4",
    "(1-T)/2, -3",
    "2*(T/2), 6",
    "(2*T)/2, 7",
    "-(T/2), -3",
    "-T/2, -4",
    "0-T/2, -3",
    "T*T*T, 343",
    "(T/2)/2, 1",
  })
  void evaluates(String text, long expected) {
    assertEquals(
        expected, IrParser.parseDim(text).evaluate(name -> Map.of("T", 7L, "B", 8L).get(name)));
  }

  @Test
  void evaluationFailsRatherThanWrap() {
    assertThrows(ArithmeticException.class, () -> T.times(T).evaluate(_ -> 1L << 40));
    assertThrows(ArithmeticException.class, () -> T.plus(1).evaluate(_ -> Long.MAX_VALUE));
    assertThrows(ArithmeticException.class, () -> B.floorDiv(T).evaluate(_ -> 0));
  }

  @Test
  void arithmeticFailsRatherThanWrap() {
    Dim most = Dim.of(Long.MAX_VALUE);
    Dim least = Dim.of(Long.MIN_VALUE);
    assertThrows(TypeException.class, () -> most.plus(1));
    assertThrows(TypeException.class, () -> most.times(2));
    assertThrows(TypeException.class, () -> T.times(most).times(2));
    assertThrows(TypeException.class, () -> Dim.of(0).minus(Long.MIN_VALUE));
    assertThrows(TypeException.class, () -> least.floorDiv(Dim.of(-1)));
    assertThrows(TypeException.class, () -> T.times(least).floorDiv(Dim.of(-1)));
    assertEquals(
        "a dim does not fit in 64 bits when 9223372036854775807 and 2 are combined",
        assertThrows(TypeException.class, () -> most.times(2)).getMessage());
  }

  @Test
  void divisionByZeroIsRefused() {
    assertEquals(
        "dim T divided by 0",
        assertThrows(IllegalArgumentException.class, () -> T.floorDiv(Dim.of(0))).getMessage());
  }

  @Test
  void sizeIsLimited() {
    assertThrows(
        TypeException.class,
        () -> {
          Dim power = T.plus(B).plus(Dim.symbol("C")).plus(Dim.symbol("D"));
          for (int i = 0; i < 100; i++) {
            power = power.times(power);
          }
        });
    assertThrows(
        TypeException.class,
        () -> {
          Dim quotient = T;
          for (int i = 0; i < 100_000; i++) {
            quotient = quotient.floorDiv(B);
          }
        });
  }

  @Test
  void constants() {
    assertEquals(OptionalLong.of(0), T.minus(T).constant());
    assertEquals(OptionalLong.of(-3), Dim.of(-3).constant());
    assertEquals(OptionalLong.empty(), T.plus(1).constant());
    assertEquals(true, Dim.of(5).is(5));
    assertEquals(false, T.is(5));
  }

  @Test
  void symbols() {
    assertEquals("T", T.symbol().orElseThrow());
    for (String text : List.of("2*T", "T+1", "T*T", "T/2", "5", "-T")) {
      assertEquals(true, IrParser.parseDim(text).symbol().isEmpty(), text);
    }
    assertEquals(
        List.of("B", "C", "T"),
        List.copyOf(IrParser.parseDim("(T+1)/(2*C)+B*T").symbols().stream().sorted().toList()));
    assertEquals("[]", Dim.of(3).symbols().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "a-b", "T+1", " T", "a.b", "é"})
  void namesAreIdentifiers(String name) {
    assertThrows(IllegalArgumentException.class, () -> Dim.symbol(name));
  }

  @Test
  void differentPolynomialsDiffer() {
    assertNotEquals(T, B);
    assertNotEquals(T.plus(1), T);
    assertNotEquals(IrParser.parseDim("2*(T/2)"), T);
  }

  /// Random expressions evaluate to the same number as a direct computation, and their text reads
  /// back to the same dim.
  @Test
  void randomExpressionsKeepTheirMeaning() {
    long seed = 99;
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      Map<String, Long> lengths = Map.of("T", 1L + random.nextInt(9), "B", 1L + random.nextInt(9));
      Dim dim = T;
      long value = dim.evaluate(symbol -> requireNonNull(lengths.get(symbol)));
      StringBuilder history = new StringBuilder("seed " + seed + ": T");
      for (int step = 0; step < 6; step++) {
        Dim other = random.nextBoolean() ? B : Dim.of(1 + random.nextInt(4));
        long otherValue = other.evaluate(symbol -> requireNonNull(lengths.get(symbol)));
        int kind = random.nextInt(4);
        dim =
            switch (kind) {
              case 0 -> dim.plus(other);
              case 1 -> dim.minus(other);
              case 2 -> dim.times(other);
              default -> dim.floorDiv(other);
            };
        value =
            switch (kind) {
              case 0 -> value + otherValue;
              case 1 -> value - otherValue;
              case 2 -> value * otherValue;
              default -> Math.floorDiv(value, otherValue);
            };
        history.append(" ").append("+-*/".charAt(kind)).append(" ").append(other);
      }
      assertEquals(
          value,
          dim.evaluate(symbol -> requireNonNull(lengths.get(symbol))),
          history + " = " + dim + " at " + lengths);
      assertEquals(dim, IrParser.parseDim(dim.toString()), history.toString());
    }
  }
}
