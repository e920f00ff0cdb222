package arignote.tests.known;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.autodiff.testing.Expressions;
import arignote.dsl.Values;
import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.runtime.Function;
import arignote.runtime.UnusedInput;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the optimiser is trusted to find: the ops that must be left, or must be gone, and the value
/// that must come out, mostly where the expression as it is written would lose all digits.
class RewriteCasesTest {
  private final Input x = Values.input("x", DType.F64);
  private final Input y = Values.input("y", DType.F64);
  private final Input v = Values.input("v", DType.F64, "N");

  /// An expression, `x`, the ops that are left (`*` if any may be), and its value; `y` is 3 and `v`
  /// is 1, 2, 3.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Algebra
        "x + 0                        | 7      | -                     | 7",
        "x * 1                        | 7      | -                     | 7",
        "x / 1                        | 7      | -                     | 7",
        "x - 0                        | 7      | -                     | 7",
        "0 - x                        | 7      | neg                   | -7",
        "--x                          | 7      | -                     | 7",
        "x + x                        | 7      | mul                   | 14",
        "x + 2 * x                    | 7      | mul                   | 21",
        "2 * x * 3                    | 7      | mul                   | 42",
        "x * x                        | 7      | square                | 49",
        "x ^ 2                        | 7      | square                | 49",
        "x ^ 1                        | 7      | -                     | 7",
        "x ^ 0                        | 7      | -                     | 1",
        "-x * -y                      | 7      | mul                   | 21",
        "x * y / y                    | 7      | mul div               | 7",
        "x + y - x                    | 7      | -                     | 3",
        "-(x - y)                     | 7      | sub                   | -4",
        "x + -y                       | 7      | sub                   | 4",
        "abs(-x)                      | -7     | abs                   | 7",
        "abs(x ^ 2)                   | -7     | square                | 49",
        "maximum(x, x)                | 7      | -                     | 7",
        "maximum(x, 0)                | -7     | relu                  | 0",
        "exp(log(exp(x)))             | 1      | exp                   | 2.718281828459045",
        "sqrt(x ^ 2)                  | -7     | abs                   | 7",
        "select(x > 0, y, y)          | 7      | -                     | 3",
        "cast(x, f64)                 | 7      | -                     | 7",
        "(x + 1) + 2                  | 7      | add                   | 10",
        "2 * 3 + 4                    | 7      | -                     | 10",
        "exp(0) + sin(0)              | 7      | -                     | 1",
        // Shapes
        "sum(transpose(v))            | 7      | sum                   | 6",
        "sum(-v)                      | 7      | neg sum               | -6",
        "sum(v * x)                   | 7      | mul sum               | 42",
        "sum(broadcast(x, [5]))       | 7      | mul                   | 35",
        "max(exp(v))                  | 7      | max exp               | 20.085536923187668",
        "sum(concat(0, v, v)[:0])     | 7      | *                     | 0",
        // Digits
        "log(1 + x)                   | 1e-20  | log1p                 | 1e-20",
        "log1p(x) - log(1 + x)        | 0.5    | log1p sub             | 0",
        "exp(x) - 1                   | 1e-20  | expm1                 | 1e-20",
        "1 / (1 + exp(-x))            | -800   | sigmoid               | 0",
        "exp(x) / (1 + exp(x))        | 800    | sigmoid               | 1",
        "log(1 + exp(x))              | 800    | softplus              | 800",
        "log(sigmoid(x))              | -800   | neg softplus          | -800",
        "log(1 - sigmoid(x))          | 800    | neg softplus          | -800",
        "log(exp(x))                  | 800    | -                     | 800",
        "1 - sigmoid(x)               | 40     | neg sigmoid           | 4.248354255291589e-18",
        "log(sum(exp(v * x)))         | 800    | *                     | 2400",
        "log(exp(x) + exp(y))         | 800    | *                     | 800",
        "erfc(x) + 0                  | 10     | erfc                  | 2.088487583762545e-45",
      })
  void cases(String expression, double at, String ops, double expected) {
    Variable written = Expressions.expr(expression.strip(), x, y, v);
    Function f =
        Function.compile()
            .inputs(x, y, v)
            .outputs(written)
            .onUnusedInput(UnusedInput.IGNORE)
            .build("rewritten");
    double found =
        f.call(
                HostTensor.scalar(DType.F64, at),
                HostTensor.scalar(DType.F64, 3),
                HostTensor.of(new double[] {1, 2, 3}))
            .item();
    assertEquals(expected, found, 1e-12 * Math.max(1e-9, Math.abs(expected)), f::text);
    Set<String> left = new TreeSet<>(List.of(ops.strip().split(" ")));
    left.remove("-");
    if (!left.contains("*")) {
      assertEquals(left, ops(f.graph()), f::text);
    }
  }

  private static Set<String> ops(Graph graph) {
    Set<String> ops = new TreeSet<>();
    Deque<Graph> waiting = new ArrayDeque<>(List.of(graph));
    while (!waiting.isEmpty()) {
      for (Apply apply : waiting.remove().applies()) {
        ops.add(apply.op().mnemonic());
        waiting.addAll(apply.op().innerGraphs());
      }
    }
    ops.removeAll(Set.of("fused", "broadcast", "reshape", "fill"));
    return ops;
  }

  /// Equal sums and products are computed once, however they are written.
  @Test
  void commonSubexpressions() {
    Variable twice = Expressions.expr("exp(x * y + 1) * sin(exp(1 + y * x))", x, y);
    Function f = Function.compile().inputs(x, y).outputs(twice).build("f");
    long exps =
        f.graph().applies().stream()
            .flatMap(apply -> apply.op().innerGraphs().stream())
            .flatMap(body -> body.applies().stream())
            .filter(apply -> apply.op().mnemonic().equals("exp"))
            .count();
    assertEquals(1, exps);
    double e = Math.exp(7);
    double found = f.call(2.0, 3.0).item();
    assertEquals(e * Math.sin(e), found, 1e-9);
    assertTrue(f.text().contains("exp"));
  }
}
