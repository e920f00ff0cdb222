package arignote.tests.autodiff;

import static arignote.autodiff.Gradients.grad;
import static arignote.autodiff.testing.GraphAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.autodiff.testing.Equivalence;
import arignote.autodiff.testing.Expressions;
import arignote.autodiff.testing.NanProne;
import arignote.autodiff.testing.Verdict;
import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.dsl.Nn;
import arignote.dsl.Values;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GraphAssertionsTest {
  private final Input x = Values.input("x", DType.F32, "N");
  private final Input y = Values.input("y", DType.F32, "N");
  private final Input m = Values.input("m", DType.F64, "N", 3);

  private static String messageOf(Executable assertion) {
    return String.valueOf(assertThrows(AssertionError.class, assertion).getMessage())
        .replace("\r", "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 * x            | x + x                       | STRUCTURAL",
        "x * y + 0        | y * x                       | STRUCTURAL",
        "-(x - y)         | y - x                       | STRUCTURAL",
        "x * x            | square(x)                   | STRUCTURAL",
        "(x + y) * (x-y)  | square(x) - square(y)       | NUMERIC",
        "sigmoid(x)       | (1 + tanh(x / 2)) / 2       | NUMERIC",
        "log(x)           | log(abs(x))                 | DIFFERENT",
        "x + 1            | x + 1.0001                  | DIFFERENT",
        "sum(x)           | sum(x) + sum(y)             | DIFFERENT",
        "sum(x)           | x                           | DIFFERENT",
        "x / x            | x / x * 1                   | STRUCTURAL",
        "floor(x)         | x                           | DIFFERENT",
        "max(x)           | -min(-x)                    | STRUCTURAL",
      })
  void verdicts(String found, String expected, Verdict verdict) {
    Variable left = Expressions.expr(found, x, y);
    Variable right = Expressions.expr(expected, x, y);
    assertEquals(verdict, Equivalence.of(left, right).verdict());
    assertEquals(verdict, Equivalence.of(right, left).verdict());
  }

  @Test
  void gradients() {
    assertThat(grad(x.square().sum(), x)).isEquivalentTo("2 * x").isStructurally("2 * x");
    assertThat(grad(x.mul(y).tanh().sum(), y)).isEquivalentTo("x * (1 - tanh(x * y) ^ 2)");
  }

  @Test
  void variablesThatTheExpressionDoesNotHave() {
    assertThat(grad(x.mul(y).sum(), x)).isEquivalentTo("y + 0 * x", x);
  }

  @Test
  void bodiesOfLoops() {
    Variable last = Loop.scan(m, Values.zeros(DType.F64, 3), (e, h) -> h.add(e.mul(2))).last();
    assertThat(last).isEquivalentTo("2 * sum(m, [0])").hasOps("mul", 1).hasOps("scan", 1);
    assertEquals(Verdict.NUMERIC, assertThat(last).verdict("2 * sum(m, [0])"));
  }

  @Test
  void aDifferenceIsShownWithBothSidesAndValues() {
    String message = messageOf(() -> assertThat(x.exp().add(x)).isEquivalentTo("exp(x) + 2 * x"));
    String[] lines = message.split("\n");
    assertEquals("expected an expression equivalent to", lines[0]);
    assertEquals("    exp(x) + 2 * x : f32[N]", lines[1]);
    assertEquals("  found", lines[2]);
    assertEquals("    exp(x) + x : f32[N]", lines[3]);
    assertTrue(lines[4].matches("  the values differ at element 0 of \\d: found .*, expected .*"));
    assertTrue(lines[5].matches("    for x = f64\\[\\d] \\[.*], seed 1"), lines[5]);
    assertEquals("  in canonical form they first differ at", lines[6]);
    assertEquals("    found    x : f32[N]", lines[7]);
    assertEquals("    expected x * 2 : f32[N]", lines[8]);
  }

  @Test
  void typesDiffer() {
    assertTrue(
        messageOf(() -> assertThat(x.sum()).isEquivalentTo(x))
            .endsWith("the types differ: found f32, expected f32[N]"));
  }

  @Test
  void equalInValueOnly() {
    assertEquals(
        "expected the same canonical form as (1 + tanh(x / 2)) / 2, found sigmoid(x); at random points their values agree, so isEquivalentTo holds",
        messageOf(() -> assertThat(x.sigmoid()).isStructurally("(1 + tanh(x / 2)) / 2")));
  }

  @Test
  void opsAreCounted() {
    assertThat(x.exp().add(y.exp())).hasOps("exp", 2).hasOps("dot", 0);
    assertTrue(
        messageOf(() -> assertThat(x.exp()).hasOps("exp", 2))
            .startsWith("expected 2 of the op exp, found 1; the ops are {exp=1} in"));
  }

  @ParameterizedTest
  @EnumSource(NanProne.class)
  void formsThatOverflow(NanProne form) {
    Variable rows = m.exp().sum(1).reshape("N", 1);
    Variable written =
        switch (form) {
          case LOG_OF_SIGMOID -> Maths.log(Maths.sigmoid(m));
          case LOG_OF_EXP -> m.exp().log();
          case LOG_OF_ONE_PLUS_EXP -> m.exp().add(1).log();
          case LOG1P_OF_EXP -> Maths.log1p(m.exp());
          case LOG_OF_ONE_MINUS_SIGMOID -> Maths.sub(1, Maths.sigmoid(m)).log();
          case LOG_OF_SUM_OF_EXP -> m.exp().sum(1).log();
          case QUOTIENT_OF_EXP -> m.exp().div(m.mul(2).exp());
          case SOFTMAX -> m.exp().div(rows);
          case SIGMOID -> Maths.div(1, m.exp().add(1));
        };
    String message = messageOf(() -> assertThat(written.sum()).containsNo(form));
    assertTrue(message.startsWith("expected no " + form.pattern() + ", found "), message);
    assertTrue(message.contains("(GraphAssertionsTest.java:"), message);
    assertTrue(message.endsWith("; write " + form.remedy()), message);
  }

  @Test
  void stableFormsPass() {
    assertThat(Nn.softmax(m, 1)).containsNoNanProne();
    assertThat(Nn.logSumExp(m, 1)).containsNoNanProne();
    assertThat(Nn.logSoftmax(m, 1)).containsNoNanProne();
    assertThat(Maths.softplus(m)).containsNoNanProne();
  }

  @Test
  void patternsOfTheRuleFiles() {
    assertThat(x.exp()).containsNo("log(_)").containsNo("exp(x) where constant(x)");
    messageOf(() -> assertThat(x.exp()).containsNo("exp(x) where varying(x)"));
  }

  @Test
  void texts() {
    assertThat(x.exp().mul(2).sum())
        .matchesText(
            """
            graph @main(%x: f32[N]) -> f32 {
              ...
              %1 = broadcast(2.0) : f32[N]
              ...
            }
            """
                .replace("  %1 = broadcast(2.0) : f32[N]\n  ...\n", ""));
    String message = messageOf(() -> assertThat(x.exp()).matchesText("graph @main() {\n}"));
    assertTrue(message.contains("first different line: expected \"graph @main() {\", found"));
  }
}
