package arignote.tests.random;

import static java.util.Objects.requireNonNull;

import arignote.ir.Graph;
import arignote.runtime.CompileOptions;
import arignote.runtime.Function;
import arignote.tests.cuda.StandIn;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Random graphs and their gradients compute on the GPU what the reference does. The flags are
/// those of [RandomGraphTest]; `-Drandom.cuda` is how many graphs there are of each kind.
class CudaRandomGraphTest {
  private static final long FIRST = Long.getLong("random.seed", 0);
  private static final long GRAPHS = Long.getLong("random.cuda", 150);

  /// So many are compiled together.
  private static final long TOGETHER = 50;

  private static final CompileOptions OPTIONS = StandIn.options("gpu");

  @BeforeAll
  static void prepare() {
    StandIn.prepare();
  }

  @Test
  void graphs() {
    each(FIRST, graph -> graph);
  }

  @Test
  void gradients() {
    each(FIRST + GRAPHS, RandomGraphTest::withGradients);
  }

  private static void each(long first, UnaryOperator<Graph> change) {
    System.out.println(
        "random graphs on the GPU with the seeds %d to %d.".formatted(first, first + GRAPHS - 1));
    for (long start = first; start < first + GRAPHS; start += TOGETHER) {
      Map<Long, Graph> graphs = new LinkedHashMap<>();
      Map<Long, Function> functions = new LinkedHashMap<>();
      for (long seed = start; seed < Math.min(first + GRAPHS, start + TOGETHER); seed++) {
        Graph graph = change.apply(RandomGraphs.make(seed));
        graphs.put(seed, graph);
        functions.put(seed, RandomGraphTest.compiled(seed, graph, OPTIONS));
        announce(functions.get(seed));
      }
      functions.forEach((seed, function) -> {
        try {
          RandomGraphTest.compare(
              seed, requireNonNull(graphs.get(seed)), function, RandomGraphTest.CPU_LOSES);
        } catch (RuntimeException e) {
          throw new IllegalStateException("random graph with the seed " + seed, e);
        }
      });
    }
  }

  /// Has kernels for all lengths requested, so that they are compiled together.
  private static void announce(Function function) {
    for (long[] lengths : RandomGraphTest.LENGTHS) {
      Map<String, Long> all = Map.of("T", lengths[0], "B", lengths[1]);
      Map<String, Long> used = new LinkedHashMap<>();
      function.inputs().stream()
          .flatMap(input -> input.type().shape().stream())
          .flatMap(dim -> dim.symbols().stream())
          .forEach(symbol -> used.put(symbol, all.get(symbol)));
      function.plan(used);
    }
  }
}
