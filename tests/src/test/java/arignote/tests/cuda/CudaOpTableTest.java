package arignote.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import arignote.backend.cuda.CudaBackend;
import arignote.ir.EvaluationException;
import arignote.ir.Graph;
import arignote.rewrite.Pipelines;
import arignote.runtime.CompileOptions;
import arignote.runtime.Executable;
import arignote.runtime.Program;
import arignote.tests.ops.BackendComparison;
import arignote.tests.ops.FailureCase;
import arignote.tests.ops.OpCase;
import arignote.tests.ops.OpRow;
import arignote.tests.ops.OpTable;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The CUDA backend computes what the reference does, in all cases of the op table, and refuses
/// what it refuses.
class CudaOpTableTest {
  private static final int SHOWN = 12;
  private static final CudaBackend BACKEND = new CudaBackend();

  private static final CompileOptions ALL_PASSES = StandIn.options("gpu");

  @BeforeAll
  static void prepare() {
    StandIn.prepare();
  }

  @TestFactory
  Stream<DynamicTest> graphsAsTheyAre() {
    return OpTable.rows().stream()
        .map(row -> DynamicTest.dynamicTest(row.name(), () -> compare(row.name(), row.cases())));
  }

  /// The graphs that passes change, as they change them.
  @TestFactory
  Stream<DynamicTest> optimisedGraphs() {
    return OpTable.rows().stream()
        .map(row -> DynamicTest.dynamicTest(row.name(), () -> compare(row.name(), optimised(row))));
  }

  private static Stream<OpCase> optimised(OpRow row) {
    return row.cases()
        .flatMap(tested -> {
          Graph graph = Pipelines.of(ALL_PASSES).run("case", tested.graph(), ALL_PASSES);
          return graph == tested.graph() ? Stream.of() : Stream.of(tested.withGraph(graph));
        });
  }

  @TestFactory
  Stream<DynamicTest> failures() {
    return FailureCase.all().stream()
        .map(failing ->
            DynamicTest.dynamicTest(
                failing.name(), () -> assertEquals(failing.expected(), failing.outcome(BACKEND))));
  }

  /// Kernels that are known when the first is needed are compiled together, which takes less time.
  private static void announce(OpCase tested) {
    try {
      Executable executable =
          BACKEND.compile(
              new Program("case", tested.graph(), List.of()), BackendComparison.options("gpu"));
      executable.plan(tested.bindings());
      tested.longer().ifPresent(longer -> executable.plan(longer.bindings()));
    } catch (EvaluationException _) {
      // That is for the test to judge.
    }
  }

  private static void compare(String name, Stream<OpCase> stream) {
    List<OpCase> cases = stream.toList();
    cases.forEach(CudaOpTableTest::announce);
    List<String> problems = BackendComparison.mismatches(BACKEND, cases.stream());
    if (!problems.isEmpty()) {
      fail(
          "%d cases of \"%s\" differ:\n%s"
              .formatted(
                  problems.size(),
                  name,
                  problems.stream().limit(SHOWN).collect(Collectors.joining("\n"))));
    }
  }
}
