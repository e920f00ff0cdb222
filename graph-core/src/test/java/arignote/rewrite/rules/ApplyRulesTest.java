package arignote.rewrite.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.dsl.Maths;
import arignote.dsl.Shapes;
import arignote.dsl.Values;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Site;
import arignote.ir.Variable;
import arignote.ir.text.IrParser;
import arignote.ir.text.IrPrinter;
import arignote.rewrite.RewriteLog;
import arignote.tensor.DType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApplyRulesTest {
  private static final Input X = Values.input("x", DType.F32, "B");
  private static final Input Y = Values.input("y", DType.F32, "B");

  private static Graph graph(Variable... outputs) {
    return new Graph(List.of(X, Y), List.of(outputs));
  }

  private static ApplyRules rules(String rules) {
    return ApplyRules.of(RuleBook.read(Map.of("test.rules", "phase p { " + rules + " }")), "p");
  }

  @Test
  void aGraphWithNothingToDoStaysTheSameInstance() {
    Graph graph = graph(Maths.tanh(X.add(Y)));
    assertSame(graph, ApplyRules.of("canonicalize").apply(graph));
  }

  @Test
  void plusAndTimesMatchInBothOrders() {
    ApplyRules log1p = rules("rule a: log(1 + x) => log1p(x);");
    for (Variable sum : List.of(X.add(1), Values.onesLike(X).add(X))) {
      Graph rewritten = log1p.apply(graph(sum.log()));
      assertEquals(1, rewritten.applies().size());
      assertEquals("log1p", rewritten.applies().getFirst().op().mnemonic());
    }
  }

  @Test
  void aNameTwiceIsTheSameVariable() {
    ApplyRules self = rules("rule a: x - x => 0;");
    Graph different = graph(X.sub(Y));
    assertSame(different, self.apply(different));
    assertEquals("fill", self.apply(graph(X.sub(X))).applies().getFirst().op().mnemonic());
  }

  @Test
  void constantsAreSeenThroughViews() {
    Variable one = Values.constant(DType.F32, 1);
    Variable hidden =
        Shapes.broadcast(
            Shapes.reshape(Maths.cast(Values.constant(DType.I32, 1), DType.F32), 1), "B");
    ApplyRules mulOne = rules("rule a: x * 1 => x;");
    assertEquals(List.of(X), mulOne.apply(graph(X.mul(one))).outputs());
    assertEquals(List.of(X), mulOne.apply(graph(X.mul(hidden))).outputs());
  }

  @Test
  void newNodesHaveTheSiteOfTheNodeReplaced() {
    Site site = new Site("Model", "step", "Model.java", 41);
    Variable written = site.during(() -> X.add(1).log());
    Graph rewritten = ApplyRules.of("stabilize").apply(graph(written));
    assertEquals(site, ((Result) rewritten.outputs().getFirst()).apply().site());
  }

  @Test
  void rulesApplyInsideLoops() {
    Graph graph =
        IrParser.parse(
                """
                graph @loop(%x: f32[T,B], %h: f32[B]) -> f32[B] {
                  %0 = scan {
                    over %e: f32[B] = %x
                    carry %c: f32[B] = %h
                    %1 = neg(%e) : f32[B]
                    %2 = neg(%1) : f32[B]
                    %3 = add(%c, %2) : f32[B]
                    next %3
                  } : f32[B]
                  return %0
                }
                """)
            .graph();
    String text = IrPrinter.print("loop", ApplyRules.of("canonicalize").apply(graph));
    assertFalse(text.contains("neg"), text);
  }

  @Test
  void countsFiringsAndLeavesOutWhatIsSwitchedOff() {
    Graph graph = graph(X.neg().neg().add(0));
    RewriteLog log = new RewriteLog();
    ApplyRules all = ApplyRules.of("canonicalize").loggingTo(log);
    assertEquals(List.of(X), all.apply(graph).outputs());
    assertEquals(Map.of("neg_neg", 1L, "add_zero", 1L), log.firings());

    Graph kept = all.without(Set.of("neg_neg")).apply(graph);
    assertEquals(2, kept.applies().size());
    assertSame(graph, all.without(Set.of("canonicalize")).apply(graph));
  }

  @Test
  void aRuleThatChangesATypeIsNamed() {
    ApplyRules wrong = rules("rule shrink: sum(x){axes=[0]} => x;");
    Site site = new Site("Model", "step", "Model.java", 41);
    Graph graph = graph(site.during(() -> Maths.sum(X)));
    RuleException error = assertThrows(RuleException.class, () -> wrong.apply(graph));
    assertEquals(
        "rule shrink (test.rules:1) put a variable of type f32[B] in place of one of type f32, "
            + "the result of sum(f32[B]) (Model.java:41)",
        error.getMessage());
  }

  @Test
  void aRuleThatBuildsWhatCannotBeIsNamed() {
    ApplyRules wrong = rules("rule truth: exp(x) => and(x, x);");
    RuleException error = assertThrows(RuleException.class, () -> wrong.apply(graph(X.exp())));
    assertTrue(error.getMessage().startsWith("rule truth (test.rules:1) built"));
    assertTrue(error.getMessage().contains("and: is not defined on f32"), error.getMessage());
  }

  @Test
  void rulesThatUndoEachOtherAreNamed() {
    ApplyRules endless = rules("rule there: sin(x) => cos(x); rule back: cos(x) => sin(x);");
    RuleException error =
        assertThrows(RuleException.class, () -> endless.apply(graph(Maths.sin(X))));
    assertTrue(error.getMessage().contains("rule there"), error.getMessage());
    assertTrue(error.getMessage().contains("rule back"), error.getMessage());
  }

  @Test
  void rulesThatGrowWithoutEndAreNamed() {
    ApplyRules endless = rules("rule grow: abs(x) => relu(x) + exp(abs(-x));");
    RuleException error =
        assertThrows(RuleException.class, () -> endless.apply(graph(Maths.abs(X))));
    assertTrue(error.getMessage().contains("[rule grow (test.rules:1)]"), error.getMessage());
  }

  /// Each node has something to rewrite; the constants meet one by one, and the slice moves down
  /// the whole chain.
  @Test
  void aChainOfAHundredThousandNodesIsRewritten() {
    int nodes = 100_000;
    Variable sum = X;
    Variable chain = X;
    for (int i = 0; i < nodes; i++) {
      sum = sum.add(1);
      chain = i % 2 == 0 ? chain.neg().neg() : Maths.tanh(chain);
    }
    Graph rewritten =
        ApplyRules.of("stabilize")
            .apply(graph(sum, Shapes.slice(chain, 0, Values.dim("B").minus(1), Values.dim("B"))));
    assertEquals(2 + 1 + nodes / 2, rewritten.applies().size());
  }

  /// Firings grow with the nodes, and so does the work.
  @Test
  void firingsGrowLinearly() {
    long small = firings(1_000);
    assertEquals(10.0 * small, (double) firings(10_000), (double) small);
  }

  private static long firings(int nodes) {
    Variable chain = X;
    for (int i = 0; i < nodes; i++) {
      chain = Maths.log(Maths.exp(chain.neg()).add(1)).mul(2).div(4);
    }
    RewriteLog log = new RewriteLog();
    ApplyRules.of("stabilize").loggingTo(log).apply(graph(chain));
    return log.firings().values().stream().mapToLong(Long::longValue).sum();
  }
}
