package arignote.tests.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import arignote.runtime.Backend;
import arignote.runtime.DeviceException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;

/// Every backend on the class path computes what the reference does, in all cases of the table.
class BackendsAgreeTest {
  private static final int SHOWN = 12;

  @TestFactory
  Stream<DynamicContainer> backendsComputeWhatTheReferenceDoes() {
    return BackendComparison.backends().stream()
        .map(backend ->
            DynamicContainer.dynamicContainer(
                backend.name(),
                OpTable.rows().stream()
                    .map(row -> DynamicTest.dynamicTest(row.name(), () -> compare(backend, row)))));
  }

  private static void compare(Backend backend, OpRow row) {
    List<String> problems;
    try {
      problems = BackendComparison.mismatches(backend, row);
    } catch (DeviceException e) {
      throw new TestAbortedException("no device: " + e.getMessage());
    }
    if (!problems.isEmpty()) {
      fail(
          "%d of %d cases of \"%s\" differ on the backend \"%s\":\n%s"
              .formatted(
                  problems.size(),
                  row.cases().count(),
                  row.name(),
                  backend.name(),
                  problems.stream().limit(SHOWN).collect(Collectors.joining("\n"))));
    }
  }

  @TestFactory
  Stream<DynamicContainer> backendsRefuseWhatTheReferenceRefuses() {
    return BackendComparison.backends().stream()
        .map(backend ->
            DynamicContainer.dynamicContainer(
                backend.name(),
                FailureCase.all().stream()
                    .map(failing ->
                        DynamicTest.dynamicTest(failing.name(), () -> refuse(backend, failing)))));
  }

  private static void refuse(Backend backend, FailureCase failing) {
    try {
      assertEquals(failing.expected(), failing.outcome(backend));
    } catch (DeviceException e) {
      throw new TestAbortedException("no device: " + e.getMessage());
    }
  }
}
