package arignote.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/// The small programs learn what they claim to, on the device of the flags.
final class SmallExamplesTest {
  /// Two clouds whose centres lie 2.8 apart, with deviation 0.8: the best line leaves out 3.9 %.
  @Test
  void logisticRegressionFindsTheLine() {
    assertLearns(LogisticRegression::train, 0.93);
  }

  /// A straight line gets about 0.87 of the half-moons right.
  @Test
  void theHiddenLayerBendsTheLine() {
    assertLearns(MultilayerPerceptron::train, 0.97);
  }

  private static void assertLearns(ToDoubleFunction<PrintStream> program, double threshold) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    double accuracy = program.applyAsDouble(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    assertTrue(accuracy > threshold && accuracy <= 1, lines::toString);
    assertTrue(lines.getLast().equals("Accuracy " + accuracy), lines::toString);
    List<Double> costs =
        lines.stream()
            .filter(line -> line.startsWith("Step "))
            .map(line -> Double.valueOf(line.replaceAll(".*Cost ", "")))
            .toList();
    assertTrue(costs.size() == 6 && costs.getLast() < costs.getFirst() / 4, lines::toString);
  }
}
