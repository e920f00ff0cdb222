package arignote.tests.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import arignote.ir.Graph;
import arignote.rewrite.Pipelines;
import arignote.runtime.Backend;
import arignote.runtime.CompileOptions;
import arignote.runtime.DeviceException;
import arignote.runtime.Mode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;

/// Every backend on the class path computes what the reference does, in all cases of the table, and
/// refuses what it refuses. A backend without a device is left out.
class BackendsAgreeTest {
  private static final int SHOWN = 12;

  private static final CompileOptions ALL_PASSES =
      new CompileOptions("cpu", Mode.FAST_RUN, Set.of(), 1, Optional.empty(), true);

  @TestFactory
  Stream<DynamicContainer> graphsAsTheyAre() {
    return forEachBackend(backend ->
        OpTable.rows().stream()
            .map(row ->
                DynamicTest.dynamicTest(
                    row.name(), () -> compare(backend, row.name(), row.cases()))));
  }

  /// The graphs that passes change, as they change them.
  @TestFactory
  Stream<DynamicContainer> optimisedGraphs() {
    return forEachBackend(backend ->
        OpTable.rows().stream()
            .map(row ->
                DynamicTest.dynamicTest(
                    row.name(), () -> compare(backend, row.name(), optimised(row)))));
  }

  private static Stream<OpCase> optimised(OpRow row) {
    return row.cases()
        .flatMap(tested -> {
          Graph graph = Pipelines.of(ALL_PASSES).run("case", tested.graph(), ALL_PASSES);
          return graph == tested.graph() ? Stream.of() : Stream.of(tested.withGraph(graph));
        });
  }

  @TestFactory
  Stream<DynamicContainer> failures() {
    return forEachBackend(backend ->
        FailureCase.all().stream()
            .map(failing ->
                DynamicTest.dynamicTest(
                    failing.name(),
                    () -> assertEquals(failing.expected(), outcome(backend, failing)))));
  }

  private static Stream<DynamicContainer> forEachBackend(
      Function<Backend, Stream<DynamicTest>> tests) {
    return BackendComparison.backends().stream()
        .map(backend -> DynamicContainer.dynamicContainer(backend.name(), tests.apply(backend)));
  }

  private static void compare(Backend backend, String name, Stream<OpCase> cases) {
    List<String> problems;
    try {
      problems = BackendComparison.mismatches(backend, cases);
    } catch (DeviceException e) {
      throw new TestAbortedException("no device: " + e.getMessage());
    }
    if (!problems.isEmpty()) {
      fail(
          "%d cases of \"%s\" differ on the backend \"%s\":\n%s"
              .formatted(
                  problems.size(),
                  name,
                  backend.name(),
                  problems.stream().limit(SHOWN).collect(Collectors.joining("\n"))));
    }
  }

  private static String outcome(Backend backend, FailureCase failing) {
    try {
      return failing.outcome(backend);
    } catch (DeviceException e) {
      throw new TestAbortedException("no device: " + e.getMessage());
    }
  }
}
