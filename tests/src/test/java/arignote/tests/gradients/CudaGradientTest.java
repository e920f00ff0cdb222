package arignote.tests.gradients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.backend.cuda.CudaBackend;
import arignote.ir.Bindings;
import arignote.ir.Graph;
import arignote.reference.Interpreter;
import arignote.rewrite.Pipelines;
import arignote.runtime.CompileOptions;
import arignote.runtime.Executable;
import arignote.runtime.Program;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import arignote.tests.cuda.StandIn;
import arignote.tests.ops.BackendComparison;
import arignote.tests.ops.OpCase;
import arignote.tests.ops.OpRow;
import arignote.tests.ops.OpTable;
import arignote.tests.ops.Tolerance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The gradients of every differentiable op in the table, first and second, are on the GPU what the
/// reference computes, which [OpTableGradientTest] holds against numeric differences.
class CudaGradientTest {
  private static final long SEED = 41;

  /// Rounding of sums and of functions that are steep.
  private static final Tolerance TOLERANCE = Tolerance.ofSum(DType.F64, 1000, 1000);

  private static final CompileOptions OPTIONS = StandIn.options("gpu");

  @BeforeAll
  static void prepare() {
    StandIn.prepare();
  }

  @TestFactory
  Stream<DynamicTest> first() {
    return tests(CudaGradientTest::gradient);
  }

  @TestFactory
  Stream<DynamicTest> second() {
    return tests(tested -> {
      GradientGraph first = gradient(tested);
      return GradientGraph.of(first.graph(), first.inputs(), SEED);
    });
  }

  private static GradientGraph gradient(OpCase tested) {
    return GradientGraph.of(tested.graph(), tested.inputs(), SEED);
  }

  private static Stream<DynamicTest> tests(Function<OpCase, GradientGraph> gradient) {
    return OpTable.rows().stream()
        .filter(OpRow::differentiable)
        .map(row ->
            DynamicTest.dynamicTest(
                row.name(), () -> compare(row.gradientCases().map(gradient).toList())));
  }

  private static void compare(List<GradientGraph> gradients) {
    List<Executable> executables = new ArrayList<>();
    for (GradientGraph gradient : gradients) {
      Graph graph = Pipelines.of(OPTIONS).run("gradient", gradient.graph(), OPTIONS);
      Executable executable =
          new CudaBackend().compile(new Program("gradient", graph, List.of()), OPTIONS);
      // Kernels that are known when the first is needed are compiled together.
      executable.plan(bindings(gradient));
      executables.add(executable);
    }
    for (int i = 0; i < gradients.size(); i++) {
      GradientGraph gradient = gradients.get(i);
      Bindings bindings = bindings(gradient);
      List<HostTensor> expected =
          Interpreter.evaluate(gradient.graph(), gradient.inputs(), bindings);
      assertEquals(
          Optional.empty(),
          BackendComparison.mismatch(
              TOLERANCE, expected, executables.get(i).call(gradient.inputs(), bindings)));
    }
  }

  private static Bindings bindings(GradientGraph gradient) {
    return Interpreter.bind(gradient.graph(), gradient.inputs());
  }
}
