package arignote.tests.gradients;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import arignote.autodiff.Disconnected;
import arignote.autodiff.Gradients;
import arignote.autodiff.testing.GradientCheck;
import arignote.ir.Graph;
import arignote.ir.GraphVerifier;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.tensor.HostTensor;
import arignote.tests.ops.OpCase;
import arignote.tests.ops.OpRow;
import arignote.tests.ops.OpTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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

  /// The first gradient as a function of the case's inputs and of the cotangents of its outputs.
  private void checkSecond(OpCase tested) {
    Graph graph = tested.graph();
    Random random = new Random(SEED);
    List<Variable> outputs =
        graph.outputs().stream().filter(output -> output.type().dtype().isFloat()).toList();
    List<Input> inputs = new ArrayList<>(graph.inputs());
    List<HostTensor> values = new ArrayList<>(tested.inputs());
    List<Input> cotangents = new ArrayList<>();
    for (Variable output : outputs) {
      Input cotangent = new Input("cotangent" + cotangents.size(), output.type());
      HostTensor value = tested.bindings().zeros(output.type());
      for (long i = 0; i < value.size(); i++) {
        value.setDouble(i, random.nextDouble(-1, 1));
      }
      cotangents.add(cotangent);
      values.add(value);
    }
    inputs.addAll(cotangents);
    List<Variable> gradients =
        Gradients.vjp(outputs, cotangents, tested.floatInputs(), Disconnected.ZERO);
    check(tested, new Graph(inputs, gradients), values);
  }

  @TestFactory
  Stream<DynamicTest> everyRowHasCases() {
    return differentiable()
        .map(row ->
            dynamicTest(row.name(), () -> assertTrue(row.gradientCases().findAny().isPresent())));
  }
}
