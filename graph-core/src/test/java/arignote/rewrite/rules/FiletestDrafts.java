package arignote.rewrite.rules;

import arignote.ir.Graph;
import arignote.ir.GraphException;
import arignote.ir.GraphVerifier;
import arignote.ir.Input;
import arignote.ir.TypeException;
import arignote.ir.text.IrPrinter;
import arignote.rewrite.RewriteLog;
import arignote.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;

/// Writes a file `FOLDER/<phase>/<rule>.ir` for each rule that has none: of random graphs that the
/// rule fires on the simplest. What comes out is for `-Dfiletests.bless=true` to write and for a
/// person to read.
final class FiletestDrafts {
  private static final int DRAWN = 4000;

  private FiletestDrafts() {}

  /// Writes the drafts that are missing.
  ///
  /// @param arguments the folder
  public static void main(String[] arguments) throws IOException {
    for (Rule rule : RuleBook.standard().rules()) {
      Path file = Path.of(arguments[0], rule.phase(), rule.name() + ".ir");
      if (Files.notExists(file)) {
        Optional<String> graph = simplest(rule);
        if (graph.isEmpty()) {
          System.err.println("no graph found for " + rule);
          continue;
        }
        Files.createDirectories(file.getParent());
        Files.writeString(file, "// command: optimize %s%n%s".formatted(rule.phase(), graph.get()));
      }
    }
  }

  private static Optional<String> simplest(Rule rule) {
    Random random = new Random(rule.name().hashCode());
    Optional<String> best = Optional.empty();
    int cost = Integer.MAX_VALUE;
    for (int i = 0; i < DRAWN; i++) {
      try {
        Graph graph = RuleInstance.draw(rule, random, false).graph();
        int found = cost(graph);
        if (found < cost && fires(rule, graph)) {
          best = Optional.of(IrPrinter.print(graph));
          cost = found;
        }
      } catch (RuleInstance.Misfit | TypeException _) {
        // Another draw will do.
      }
    }
    return best;
  }

  private static boolean fires(Rule rule, Graph graph) {
    try {
      GraphVerifier.verify(graph);
    } catch (GraphException _) {
      return false;
    }
    RewriteLog log = new RewriteLog();
    ApplyRules.of(rule.phase()).loggingTo(log).apply(graph);
    return log.firings().containsKey(rule.name());
  }

  /// Long texts are not simple; nor are scalars and doubles where there could be more to see.
  private static int cost(Graph graph) {
    String text = IrPrinter.print(graph);
    int cost = text.length();
    cost += graph.inputs().isEmpty() ? 500 : 0;
    cost += text.contains("size=0") || text.contains("[0]") ? 100 : 0;
    for (Input input : graph.inputs()) {
      cost += input.type().dtype() == DType.F32 || input.type().dtype() == DType.BOOL ? 0 : 40;
      cost += input.type().isScalar() || input.type().size().is(1) ? 60 : 0;
      cost += input.type().symbols().isEmpty() ? 25 : 0;
      cost += 15 * input.type().rank();
      cost += (int) input.type().shape().stream().filter(dim -> dim.is(1)).count() * 30;
    }
    return cost;
  }
}
