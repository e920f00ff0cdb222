package arignote.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import arignote.ArignoteException;
import arignote.ir.Bindings;
import arignote.ir.Graph;
import arignote.ir.GraphVerifier;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.TensorType;
import arignote.ir.text.IrParser;
import arignote.ir.text.IrPrinter;
import arignote.ir.text.ParsedGraph;
import arignote.reference.Interpreter;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// Assertions about passes, as text in and text out.
public final class Rewriting {
  /// How far a float may be off after a pass, relative to its magnitude or 1.
  private static final double TOLERANCE = 1e-12;

  private Rewriting() {}

  /// Asserts that a pass makes one text of another, that both compute the same, and that the pass
  /// has nothing to do on its own result.
  public static void assertRewrites(Pass pass, String before, String after) {
    ParsedGraph parsed = IrParser.parse(before);
    GraphVerifier.verify(parsed.graph());
    Graph rewritten = pass.apply(parsed.graph());
    assertEquals(normal(after), IrPrinter.print(parsed.name(), rewritten));
    GraphVerifier.verify(rewritten);
    assertSameValues(parsed.graph(), rewritten);
    assertSame(rewritten, pass.apply(rewritten), "a second run finds more to do");
  }

  /// Asserts that a pass leaves a graph alone.
  public static void assertKeeps(Pass pass, String text) {
    Graph graph = IrParser.parse(text).graph();
    GraphVerifier.verify(graph);
    Graph rewritten = pass.apply(graph);
    assertEquals(IrPrinter.print(graph), IrPrinter.print(rewritten));
    assertSame(graph, rewritten);
  }

  /// Passes run one after the other.
  public static Pass inTurn(Pass... passes) {
    return new Pass() {
      @Override
      public String name() {
        return "in-turn";
      }

      @Override
      public Graph apply(Graph graph) {
        Graph rewritten = graph;
        for (Pass pass : passes) {
          rewritten = pass.apply(rewritten);
        }
        return rewritten;
      }
    };
  }

  private static String normal(String text) {
    ParsedGraph parsed = IrParser.parse(text);
    return IrPrinter.print(parsed.name(), parsed.graph());
  }

  /// Asserts that two graphs of the same inputs compute the same for several lengths of their
  /// symbols, 0 among them, or fail both.
  public static void assertSameValues(Graph expected, Graph actual) {
    Random random = new Random(7);
    long[][] lengths = {{3, 2, 4}, {1, 1, 1}, {0, 2, 3}, {2, 0, 3}, {0, 0, 0}, {5, 3, 2}};
    for (long[] each : lengths) {
      Bindings bindings = new Bindings();
      int next = 0;
      for (String symbol : symbols(expected)) {
        bindings.put(symbol, each[next++ % each.length]);
      }
      fillShared(expected, bindings, random);
      List<HostTensor> arguments = new ArrayList<>();
      for (Input input : expected.inputs()) {
        arguments.add(randomTensor(input.type(), bindings, random));
      }
      List<HostTensor> values;
      try {
        values = Interpreter.evaluate(expected, arguments);
      } catch (ArignoteException e) {
        assertThrows(
            ArignoteException.class,
            () -> Interpreter.evaluate(actual, arguments),
            () -> "with " + bindings + " only the graph as it was fails: " + e.getMessage());
        continue;
      }
      assertClose(bindings, values, Interpreter.evaluate(actual, arguments));
    }
  }

  private static Set<String> symbols(Graph graph) {
    Set<String> symbols = new LinkedHashSet<>();
    graph.inputs().forEach(input -> symbols.addAll(input.type().symbols()));
    return symbols;
  }

  /// Gives the shared variables, which a text leaves at 0, values.
  private static void fillShared(Graph graph, Bindings bindings, Random random) {
    for (Shared shared : graph.shared()) {
      shared.set(randomTensor(shared.type(), bindings, random));
    }
  }

  private static HostTensor randomTensor(TensorType type, Bindings bindings, Random random) {
    HostTensor tensor = bindings.zeros(type);
    for (long i = 0; i < tensor.size(); i++) {
      if (type.dtype().isFloat()) {
        tensor.setDouble(i, random.nextGaussian());
      } else {
        // Indices, of axes that are at least 2 long in these tests, and truth values.
        tensor.setLong(i, random.nextInt(2));
      }
    }
    return tensor;
  }

  private static void assertClose(
      Bindings bindings, List<HostTensor> expected, List<HostTensor> actual) {
    assertEquals(expected.size(), actual.size());
    for (int output = 0; output < expected.size(); output++) {
      HostTensor left = expected.get(output);
      HostTensor right = actual.get(output);
      assertEquals(left.dtype(), right.dtype());
      assertEquals(left.shapeAsList(), right.shapeAsList());
      double tolerance = left.dtype() == DType.F32 ? 1e-4 : TOLERANCE;
      for (long i = 0; i < left.size(); i++) {
        double wanted = left.getDouble(i);
        assertEquals(
            wanted,
            right.getDouble(i),
            tolerance * Math.max(1, Math.abs(wanted)),
            "output " + output + ", element " + i + " with " + bindings);
      }
    }
  }
}
