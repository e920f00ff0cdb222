package arignote.tests.gradients;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import arignote.autodiff.testing.GradientCheck;
import arignote.ir.Graph;
import arignote.ir.GraphVerifier;
import arignote.tensor.HostTensor;
import arignote.tests.ops.OpCase;
import arignote.tests.ops.OpRow;
import arignote.tests.ops.OpTable;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The gradient of every differentiable op in the table against numeric differences, and the
/// gradient of that gradient.
class OpTableGradientTest {
  private static final long SEED = 41;

  @TestFactory
  Stream<DynamicTest> first() {
    return differentiable()
        .map(row ->
            dynamicTest(
                row.name(),
                () ->
                    row.gradientCases()
                        .forEach(tested -> check(tested, tested.graph(), tested.inputs()))));
  }

  @TestFactory
  Stream<DynamicTest> second() {
    return differentiable()
        .map(row -> dynamicTest(row.name(), () -> row.gradientCases().forEach(this::checkSecond)));
  }

  private static Stream<OpRow> differentiable() {
    return OpTable.rows().stream().filter(OpRow::differentiable);
  }

  private static void check(OpCase tested, Graph graph, List<HostTensor> inputs) {
    GraphVerifier.verify(graph);
    try {
      new GradientCheck(SEED).check(graph, inputs);
    } catch (AssertionError e) {
      throw new AssertionError(tested.name() + ": " + e.getMessage(), e);
    }
  }

  private void checkSecond(OpCase tested) {
    GradientGraph first = GradientGraph.of(tested.graph(), tested.inputs(), SEED);
    check(tested, first.graph(), first.inputs());
  }

  @TestFactory
  Stream<DynamicTest> everyRowHasCases() {
    return differentiable()
        .map(row ->
            dynamicTest(row.name(), () -> assertTrue(row.gradientCases().findAny().isPresent())));
  }
}
