package arignote.autodiff.testing;

import static arignote.autodiff.testing.Expressions.expr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.dsl.Values;
import arignote.inspect.Inspect;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.ir.text.IrPrinter;
import arignote.reference.Interpreter;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionsTest {
  private record Layer(Variable w, Variable b) {}

  private final Input x = Values.input("x", DType.F64, "T", 3);
  private final Input y = Values.input("y", DType.F64, 3);
  private final Input i = Values.input("i", DType.I64, "T");

  /// Printed again, with parentheses and spaces where `pp` puts them.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2 * x * sigmoid(y)",
        "-x ^ 2 - (x - (y - 1))",
        "(x + y) / (x * y) // 3 % x",
        "x ^ y ^ 2 + (x ^ y) ^ -2",
        "select(x < 0, 0, x)",
        "select(x >= y, x, -inf)",
        "maximum(x, nan) == x",
        "sum(x, [0]) + sum(x)",
        "cumsum(x, 0) + cummax(x, 1, true)",
        "dot(x, transpose(x))[1:][:, :2]",
        "reshape(x[T-1:], [3])",
        "gather(f64([[1.0, 2.0], [3.0, 4.0]]), i, 0)[:T-1]",
        "scatter_add(x, i, x, 0)",
        "concat(1, x, x + 1)",
        "broadcast(y, [T, 3])",
        "pad(y, 0, 1, 8, 2)",
        "slice(x, 0, T-1, T, -1)",
        "transpose(reshape(x, [T, 3, 1]), [2, 0, 1])",
        "fill(0.5, f64[T,3]) + iota(0, f64[T,1])",
        "cast(dim_size(3*T+1), f64) * f64([1.0, 2.5E-8, -inf])",
        "true",
        "argmin(x, 1) - i",
        "random(i64(3), i64(4), f32[2,T])",
        "f64(2) + 3"
      })
  void whatIsPrintedReadsBack(String text) {
    assertEquals(text, Inspect.pp(expr(text, x, y, i)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ((x))*((2))       | x * 2
          mul(x, add(y, 1)) | x * (y + 1)
          x[-2:-1]          | x[T-2:T-1]
          2 + 3             | f32(2) + 3
          -2 * x            | -2 * x
          lt(x, y)          | x < y
          """)
  void thereAreOtherWaysToWrite(String text, String printed) {
    assertEquals(printed, Inspect.pp(expr(text, x, y)));
  }

  @Test
  void itIsWhatTheDslMakes() {
    Graph read = new Graph(List.of(x, y), List.of(expr("2 * x * sigmoid(y)", x, y)));
    Graph written =
        new Graph(List.of(x, y), List.of(Values.constant(DType.F64, 2).mul(x).mul(y.sigmoid())));
    assertEquals(IrPrinter.print(written), IrPrinter.print(read));
    assertEquals(
        List.of(HostTensor.of(new double[] {1.5}, 1)).toString(),
        Interpreter.evaluate(
                new Graph(List.of(), List.of(expr("mean(f64([1, 2])) + f64([0])"))), List.of())
            .toString());
  }

  @Test
  void variablesHaveTheNamesOfTrees() {
    Layer layer = new Layer(Values.input("w", DType.F64, 3, 2), Values.input("b", DType.F64, 2));
    Variable read =
        expr(
            "dot(x, layers.hidden.w) + layers.hidden.b",
            x,
            Map.of("layers", Map.of("hidden", layer)));
    assertEquals("dot(x, w) + b", Inspect.pp(read));
    assertEquals(
        "`learning rate` * x",
        Inspect.pp(expr("`learning rate` * x", x, Values.input("learning rate", DType.F64))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2 * x + z          | 1:9: no variable "z"; there are [x, y]
          2 * (x +           | 1:9: mismatched input '<EOF>' expecting
          foo(x)             | 1:1: no function "foo"; there are abs, acos,
          exp(x, y)          | 1:1: exp takes 1 argument, found 2
          sum(x, 1)          | 1:8: sum: expected a list such as [0, 1], found 1
          sum(x, [a])        | 1:8: sum: expected a whole number, found a
          x + reshape(y, [4]) | 1:5: reshape: cannot reshape f64[3] to f64[4]
          dot(x, x)          | 1:1: dot: cannot contract f64[T,3] with f64[T,3]
          x[:, :, 1:2]       | 1:1: cannot take a slice along axis 2 of f64[T,3]
          f32(abc)           | 1:5: "abc" is not a value of f32
          exp([1])           | 1:5: expected a tensor as argument 0
          x $ y              | 1:3: mismatched input '$' expecting
          """)
  void mistakesAreShown(String text, String message) {
    ExpressionException e = assertThrows(ExpressionException.class, () -> expr(text, x, y));
    assertTrue(String.valueOf(e.getMessage()).startsWith(message), e.getMessage());
  }

  @Test
  void longAndDeepTextsAreNoDanger() {
    StringBuilder sum = new StringBuilder("x");
    for (int n = 0; n < 20_000; n++) {
      sum.append(" + x");
    }
    assertEquals(20_000, new Graph(List.of(x), List.of(expr(sum.toString(), x))).applies().size());
    for (String deep :
        List.of("(".repeat(600) + "x", "-".repeat(600) + "x", "x^".repeat(600) + "x")) {
      ExpressionException e = assertThrows(ExpressionException.class, () -> expr(deep, x));
      assertTrue(String.valueOf(e.getMessage()).contains("nested more than 500 deep"));
    }
    assertEquals("-".repeat(400) + "x", Inspect.pp(expr("-".repeat(400) + "x", x)));
    expr("(".repeat(400) + "x" + ")".repeat(400), x);
    expr("exp(".repeat(400) + "x" + ")".repeat(400), x);
    expr("x^".repeat(400) + "x", x);
  }
}
