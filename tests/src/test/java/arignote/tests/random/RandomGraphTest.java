package arignote.tests.random;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import arignote.autodiff.Disconnected;
import arignote.autodiff.Gradients;
import arignote.dsl.Maths;
import arignote.dsl.Values;
import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.Graph;
import arignote.ir.GraphVerifier;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.ir.text.IrPrinter;
import arignote.reference.Interpreter;
import arignote.rewrite.Pass;
import arignote.rewrite.Pipelines;
import arignote.runtime.CompileOptions;
import arignote.runtime.Function;
import arignote.runtime.Mode;
import arignote.runtime.UnusedInput;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/// Random graphs and their gradients compute the same whether they are optimised or not, on the
/// reference and on the CPU.
///
/// `-Drandom.seed` is the seed of the first graph, `-Drandom.graphs` how many there are; each
/// graph's seed is one more than that of the one before it, and a failure names it.
class RandomGraphTest {
  private static final long FIRST = Long.getLong("random.seed", 0);
  private static final long GRAPHS = Long.getLong("random.graphs", 2000);

  /// One in so many graphs is compiled for the CPU, which takes longer than to interpret it.
  private static final long CPU_EVERY = 5;

  /// What passes may lose relative to the magnitude of a value, or to 1.
  private static final double PASSES_LOSE = 1e-10;

  /// What the CPU may lose, whose sines and tangents differ from the reference's in the last bit.
  static final double CPU_LOSES = 1e-9;

  /// Graphs with larger values are not compared: their loops double the last bit in every step, and
  /// the gradient takes the sine of that.
  private static final double LARGE = 1e4;

  private static final CompileOptions FAST_RUN =
      new CompileOptions("cpu", Mode.FAST_RUN, Set.of(), 1, Optional.empty(), true);

  /// Lengths of T and B, no steps and no rows among them.
  static final long[][] LENGTHS = {{3, 2}, {1, 1}, {0, 2}, {2, 0}, {4, 3}};

  private interface Check {
    void check(long seed, Graph graph);
  }

  @Test
  void passesKeepTheValues() {
    each(1, (seed, graph) -> compareOnReference(seed, graph));
  }

  @Test
  void passesKeepTheGradients() {
    each(1, (seed, graph) -> compareOnReference(seed, withGradients(graph)));
  }

  @Test
  void compiledGraphsComputeWhatTheReferenceDoes() {
    each(CPU_EVERY, (seed, graph) -> compareOnCpu(seed, graph));
  }

  @Test
  void compiledGradientsAreThoseOfTheReference() {
    each(CPU_EVERY, (seed, graph) -> compareOnCpu(seed, withGradients(graph)));
  }

  /// That the generator makes what these tests are about: ops in the bodies and branches of others.
  @Test
  void loopsAndConditionalsOccurInEachOther() {
    Map<String, Integer> found = new TreeMap<>();
    for (long seed = FIRST; seed < FIRST + 200; seed++) {
      Set<String> kinds = new TreeSet<>();
      collectKinds("", RandomGraphs.make(seed), kinds);
      kinds.forEach(kind -> found.merge(kind, 1, Integer::sum));
    }
    List<String> wanted =
        List.of("scan scan", "scan cond", "cond scan", "cond cond", "scan select", "cond select");
    for (String kind : wanted) {
      assertTrue(found.getOrDefault(kind, 0) >= 10, () -> kind + " is rare: " + found);
    }
  }

  private static void collectKinds(String outer, Graph graph, Set<String> kinds) {
    for (Apply apply : graph.applies()) {
      String mnemonic = apply.op().mnemonic();
      kinds.add(outer + " " + mnemonic);
      apply.op().innerGraphs().forEach(inner -> collectKinds(mnemonic, inner, kinds));
    }
  }

  private static void each(long step, Check check) {
    System.out.println(
        "random graphs with the seeds %d to %d, every %d."
            .formatted(FIRST, FIRST + GRAPHS - 1, step));
    for (long seed = FIRST; seed < FIRST + GRAPHS; seed += step) {
      Graph graph = RandomGraphs.make(seed);
      try {
        check.check(seed, graph);
      } catch (RuntimeException e) {
        throw new IllegalStateException("random graph with the seed " + seed, e);
      }
    }
  }

  /// The sum of all outputs' elements with its gradients.
  static Graph withGradients(Graph graph) {
    Variable loss = Values.constant(DType.F64, 0);
    for (Variable output : graph.outputs()) {
      loss = loss.add(Maths.sin(output).sum());
    }
    Set<Variable> leaves = new Graph(graph.inputs(), List.of(loss)).leaves();
    List<Input> parameters =
        graph.inputs().stream()
            .filter(input -> input.type().dtype() == DType.F64 && leaves.contains(input))
            .toList();
    List<Variable> outputs = new ArrayList<>(List.of(loss));
    outputs.addAll(Gradients.grad(loss, parameters, Disconnected.ZERO));
    return new Graph(graph.inputs(), outputs);
  }

  private static void compareOnReference(long seed, Graph graph) {
    List<Pass> passes = Pipelines.of(FAST_RUN).passes();
    List<Graph> stages = new ArrayList<>(List.of(graph));
    for (Pass pass : passes) {
      Graph rewritten = pass.apply(stages.getLast());
      GraphVerifier.verify(rewritten);
      stages.add(rewritten);
    }
    for (long[] lengths : LENGTHS) {
      List<HostTensor> arguments = arguments(graph, lengths, seed);
      List<HostTensor> expected = Interpreter.evaluate(graph, arguments);
      if (isLarge(expected)) {
        continue;
      }
      if (difference(expected, stages.getLast(), arguments) > PASSES_LOSE) {
        int wrong = 1;
        while (difference(expected, stages.get(wrong), arguments) <= PASSES_LOSE) {
          wrong++;
        }
        fail(
            "seed %d, T=%d, B=%d: wrong after %s\n%s\n%s"
                .formatted(
                    seed,
                    lengths[0],
                    lengths[1],
                    passes.get(wrong - 1).name(),
                    IrPrinter.print("before", stages.get(wrong - 1)),
                    IrPrinter.print("after", stages.get(wrong))));
      }
    }
  }

  private static boolean isLarge(List<HostTensor> values) {
    return values.stream()
        .flatMapToDouble(value -> DoubleStream.of(value.toDoubleArray()))
        .anyMatch(value -> Math.abs(value) > LARGE);
  }

  private static double difference(
      List<HostTensor> expected, Graph graph, List<HostTensor> arguments) {
    return difference(expected, Interpreter.evaluate(graph, arguments));
  }

  /// The largest difference, relative to the magnitude of the expected value or to 1.
  private static double difference(List<HostTensor> expected, List<HostTensor> actual) {
    double largest = 0;
    for (int output = 0; output < expected.size(); output++) {
      HostTensor left = expected.get(output);
      HostTensor right = actual.get(output);
      if (!left.shapeAsList().equals(right.shapeAsList())) {
        return Double.POSITIVE_INFINITY;
      }
      for (long i = 0; i < left.size(); i++) {
        double x = left.getDouble(i);
        double y = right.getDouble(i);
        double difference = Math.abs(x - y) / Math.max(1, Math.abs(x));
        if (Double.isNaN(x) != Double.isNaN(y)) {
          return Double.POSITIVE_INFINITY;
        }
        largest = Math.max(largest, Double.isNaN(x) ? 0 : difference);
      }
    }
    return largest;
  }

  private static void compareOnCpu(long seed, Graph graph) {
    compare(seed, graph, compiled(seed, graph, FAST_RUN), CPU_LOSES);
  }

  static Function compiled(long seed, Graph graph, CompileOptions options) {
    return Function.compile()
        .inputs(graph.inputs())
        .outputs(graph.outputs())
        .onUnusedInput(UnusedInput.IGNORE)
        .options(options)
        .build("random" + seed);
  }

  /// Compares a compiled graph with the reference, called with all lengths.
  ///
  /// @param loses how large a difference may be
  static void compare(long seed, Graph graph, Function function, double loses) {
    for (long[] lengths : LENGTHS) {
      List<HostTensor> arguments = arguments(graph, lengths, seed);
      List<HostTensor> expected = Interpreter.evaluate(graph, arguments);
      if (isLarge(expected)) {
        continue;
      }
      List<HostTensor> actual = function.call(arguments.toArray(HostTensor[]::new)).values();
      double difference = difference(expected, actual);
      if (difference > loses) {
        fail(
            "seed %d, T=%d, B=%d: the compiled graph differs by %s\n%s"
                .formatted(
                    seed, lengths[0], lengths[1], difference, IrPrinter.print("graph", graph)));
      }
    }
  }

  private static List<HostTensor> arguments(Graph graph, long[] lengths, long seed) {
    Random random = new Random(seed);
    Bindings bindings = new Bindings().put("T", lengths[0]).put("B", lengths[1]);
    List<HostTensor> arguments = new ArrayList<>();
    for (Input input : graph.inputs()) {
      HostTensor tensor = bindings.zeros(input.type());
      for (long i = 0; i < tensor.size(); i++) {
        if (input.type().dtype() == DType.F64) {
          tensor.setDouble(i, 0.7 * random.nextGaussian());
        } else {
          // Indices into axes of length 3, and truth values.
          tensor.setLong(i, random.nextInt(2));
        }
      }
      arguments.add(tensor);
    }
    return arguments;
  }
}
