package arignote.rewrite.rules;

import static org.junit.jupiter.api.Assertions.assertSame;

import arignote.ir.Graph;
import arignote.ir.TypeException;
import arignote.ir.text.IrPrinter;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The rules of a phase come to an end, whichever fire first: what they leave they leave alone. A
/// failure prints the seed; `-Drules.seed=N` tries another.
class RulesTogetherTest {
  private static final long SEED = Long.getLong("rules.seed", 20);

  private static final int GRAPHS = 400;

  static Stream<Rule> rules() {
    return RuleBook.standard().rules().stream();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void comeToAnEnd(Rule rule) {
    Random random = new Random(SEED + rule.name().hashCode());
    List<ApplyRules> phases =
        Stream.of("canonicalize", "stabilize", "specialize").map(ApplyRules::of).toList();
    for (int i = 0; i < GRAPHS; i++) {
      Graph drawn;
      try {
        drawn = RuleInstance.draw(rule, random, random.nextInt(3) == 0).graph();
      } catch (RuleInstance.Misfit | TypeException _) {
        continue;
      }
      Graph graph = drawn;
      for (ApplyRules phase : phases) {
        Graph before = graph;
        graph = apply(phase, before);
        assertSame(
            graph,
            apply(phase, graph),
            () -> "%s twice, seed %d%n%s".formatted(phase.name(), SEED, IrPrinter.print(before)));
      }
    }
  }

  private static Graph apply(ApplyRules phase, Graph graph) {
    try {
      return phase.apply(graph);
    } catch (RuleException e) {
      throw new AssertionError(
          "%s, seed %d%n%s%n%s"
              .formatted(phase.name(), SEED, e.getMessage(), IrPrinter.print(graph)));
    }
  }
}
