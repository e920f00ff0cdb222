package arignote.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The functions against values computed to 50 digits by `special_functions.py`, and at their
/// edges.
class SpecialFunctionsTest {
  private static final double TOLERATED_ULPS = 2;

  enum Case {
    ERF(-1, 0, 1),
    ERFC(2, 1, 0),
    SIGMOID(0, 0.5, 1),
    SOFTPLUS(0, Math.log(2), Double.POSITIVE_INFINITY);

    final double atMinusInfinity;
    final double atZero;
    final double atInfinity;

    Case(double atMinusInfinity, double atZero, double atInfinity) {
      this.atMinusInfinity = atMinusInfinity;
      this.atZero = atZero;
      this.atInfinity = atInfinity;
    }

    double at(double x) {
      return switch (this) {
        case ERF -> SpecialFunctions.erf(x);
        case ERFC -> SpecialFunctions.erfc(x);
        case SIGMOID -> SpecialFunctions.sigmoid(x);
        case SOFTPLUS -> SpecialFunctions.softplus(x);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void staysWithinTwoUlpsOfTheExactValue(Case function) {
    try (Stream<String> lines = lines()) {
      long checked =
          lines
              .filter(line -> line.startsWith(function.name().toLowerCase(Locale.ROOT) + " "))
              .peek(line -> check(function, line))
              .count();
      assertTrue(checked > 200, "too few values: " + checked);
    }
  }

  private static void check(Case function, String line) {
    String[] fields = line.split(" ", -1);
    double x = Double.parseDouble(fields[1]);
    BigDecimal exact = new BigDecimal(fields[2]);
    double found = function.at(x);
    double error =
        new BigDecimal(found)
            .subtract(exact)
            .abs()
            .divide(new BigDecimal(Math.ulp(exact.doubleValue())), MathContext.DECIMAL64)
            .doubleValue();
    assertTrue(
        error <= TOLERATED_ULPS,
        () -> "%s(%s) = %s is %.2f ulps from %s".formatted(function, x, found, error, exact));
  }

  private static Stream<String> lines() {
    return new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    SpecialFunctionsTest.class.getResourceAsStream("special-functions.txt")),
                StandardCharsets.UTF_8))
        .lines();
  }

  @ParameterizedTest
  @EnumSource
  void isDefinedAtTheEdges(Case function) {
    assertEquals(function.atZero, function.at(0));
    assertEquals(function.atMinusInfinity, function.at(Double.NEGATIVE_INFINITY));
    assertEquals(function.atInfinity, function.at(Double.POSITIVE_INFINITY));
    assertEquals(function.atMinusInfinity, function.at(-Double.MAX_VALUE));
    assertTrue(Double.isNaN(function.at(Double.NaN)));
  }

  @Test
  void erfIsOdd() {
    for (double x : new double[] {0.0, Double.MIN_VALUE, 1e-300, 0.3, 0.65, 2, 7}) {
      assertEquals(-SpecialFunctions.erf(x), SpecialFunctions.erf(-x));
    }
  }
}
