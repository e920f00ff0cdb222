package arignote.tests.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.dsl.Values;
import arignote.inspect.Explanation;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.text.IrParser;
import arignote.ir.text.ParseOptions;
import arignote.rewrite.Pipelines;
import arignote.rewrite.RewriteLog;
import arignote.runtime.CompileOptions;
import arignote.runtime.Function;
import arignote.runtime.Mode;
import arignote.tensor.DType;
import arignote.tests.dsl.Evaluation;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExplanationTest {
  private static String explain(String text) {
    CompileOptions options =
        new CompileOptions("cpu", Mode.FAST_RUN, Set.of(), 1, Optional.empty(), true);
    Graph graph = IrParser.parse(text, ParseOptions.NONE.withSource("Model.java")).graph();
    RewriteLog log = RewriteLog.recording();
    Pipelines.of(options).run("main", graph, options, log);
    return Explanation.of(log);
  }

  @Test
  void rulesAndLoops() {
    assertEquals(
        """
        7 nodes became 1

        stabilize: 4 nodes
          Model.java:4: constant_right: fill(1, f32[B,3]) + exp(x) => exp(x) + fill(1, f32[B,3])
          Model.java:5: log1p: log(exp(x) + fill(1, f32[B,3])) => log1p(exp(x))
          Model.java:5: softplus: log1p(exp(x)) => softplus(x)
        fuse-elementwise: 3 nodes
          Model.java:5, Model.java:6: softplus, mul => one loop
        fuse-reductions: 1 nodes
          Model.java:5, Model.java:6, Model.java:7, Model.java:8: softplus, mul, sum, neg => one loop
        """,
        explain(
            """
            graph @main(%x: f32[B,3]) -> f32[B] {
              %0 = fill() {value=1.0} : f32[B,3]
              %1 = exp(%x) : f32[B,3]
              %2 = add(%0, %1) : f32[B,3]
              %3 = log(%2) : f32[B,3]
              %4 = mul(%3, %x) : f32[B,3]
              %5 = sum(%4) {axes=[1]} : f32[B]
              %6 = neg(%5) : f32[B]
              return %6
            }
            """));
  }

  @Test
  void productsInLoops() {
    assertEquals(
        """
        7 nodes became 9

        merge-dots: 9 nodes
          Model.java:8: nothing => concat in scan (Model.java:2), slice in scan (Model.java:2)
          Model.java:9: dot in scan (Model.java:2) => slice in scan (Model.java:2)
        hoist-invariants: 9 nodes
          Model.java:8: concat in scan (Model.java:2) => concat
        push-out-sequences: 11 nodes
          Model.java:10: dot in scan (Model.java:2) => 2 reshape, dot
        fuse-elementwise: 9 nodes
          Model.java:11, Model.java:12, Model.java:13: add, tanh, mul => one loop in scan (Model.java:2)
        """,
        explain(
            """
            graph @main(%xs: f32[T,B,3], %h: f32[B,4], %u: f32[4,4], %v: f32[4,4], %w: f32[3,4]) -> f32[T,B,4] {
              %0, %1 = scan {
                over %x: f32[B,3] = %xs
                carry %s: f32[B,4] = %h
                with %u: f32[4,4] = %u
                with %v: f32[4,4] = %v
                with %w: f32[3,4] = %w
                %2 = dot(%s, %u) : f32[B,4]
                %3 = dot(%s, %v) : f32[B,4]
                %4 = dot(%x, %w) : f32[B,4]
                %5 = add(%2, %4) : f32[B,4]
                %6 = tanh(%3) : f32[B,4]
                %7 = mul(%5, %6) : f32[B,4]
                next %7
                stack %7
              } : f32[B,4], f32[T,B,4]
              return %1
            }
            """));
  }

  @Test
  void whatKeepsLoopsApart() {
    String explanation =
        explain(
            """
            graph @main(%x: f32[3,3], %b: f32[3]) -> f32[3,3], f32[3] {
              %0 = exp(%x) : f32[3,3]
              %1 = tanh(%0) : f32[3,3]
              %2 = dot(%1, %x) : f32[3,3]
              %3 = mul(%2, %0) : f32[3,3]
              %4 = sin(%b) : f32[3]
              %5 = broadcast(%4) : f32[3,3]
              %6 = add(%3, %5) : f32[3,3]
              %7 = cos(%4) : f32[3]
              %8 = concat(%7, %b) {axis=0} : f32[6]
              %9 = slice(%8) {axis=0, start=2, size=3} : f32[3]
              return %6, %9
            }
            """);
    assertEquals(
        """
        not in one loop:
          exp (Model.java:2) and mul (Model.java:5): dot (Model.java:4), which the loop of the one needs, is computed from the other
          sin (Model.java:6) and broadcast (Model.java:7): it is computed once for f32[3] and repeated for f32[3,3]
          cos (Model.java:9) and concat (Model.java:10): a loop writes its results to their places only where two or more of one shape are concatenated
        """,
        explanation.substring(explanation.indexOf("not in one loop")));
  }

  @Test
  void aValueIsComputedInOneOfTheLoopsThatReadIt() {
    String explanation =
        explain(
            """
            graph @main(%x: f32[3,3], %q: f32[3,3]) -> f32[3,3], f32[3,3] {
              %0 = exp(%x) : f32[3,3]
              %1 = tanh(%q) : f32[3,3]
              %2 = dot(%1, %1) : f32[3,3]
              %3 = add(%0, %2) : f32[3,3]
              %4 = sin(%0) : f32[3,3]
              return %3, %4
            }
            """);
    assertEquals(
        """
        not in one loop:
          exp (Model.java:2) and add (Model.java:5): it is in a loop with others that read it
        """,
        explanation.substring(explanation.indexOf("not in one loop")));
  }

  @Test
  void loopsHaveALimit() {
    StringBuilder text = new StringBuilder("graph @main(%x: f32[3], %y: f32[3]) -> f32[3] {\n");
    text.append("%0 = sin(%x) : f32[3]\n");
    for (int i = 1; i < 150; i++) {
      String fn = i % 2 == 0 ? "sin" : "cos";
      text.append("%%%d = %s(%%%d) : f32[3]\n".formatted(i, fn, i - 1));
    }
    String explanation = explain(text.append("return %149\n}\n").toString());
    assertEquals(
        """
        not in one loop:
          cos (Model.java:129) and sin (Model.java:130): a loop has at most 128 ops
        """,
        explanation.substring(explanation.indexOf("not in one loop")));
  }

  @Test
  void aFunctionExplainsItself() {
    Input x = Values.input("x", DType.F32, "B");
    Function f = Function.compile().inputs(x).outputs(x.exp().add(1).log()).build("f");
    String explanation = f.explain();
    assertTrue(explanation.startsWith("4 nodes became 1\n\nstabilize: 1 nodes\n"), explanation);
    assertTrue(explanation.contains("  ExplanationTest.java:"), explanation);
    assertTrue(explanation.contains("softplus: log1p(exp(x)) => softplus(x)\n"), explanation);
    Function plain =
        Function.compile().inputs(x).outputs(x.exp()).options(Evaluation.REFERENCE).build("f");
    assertEquals("no pass has run\n", plain.explain());
  }
}
