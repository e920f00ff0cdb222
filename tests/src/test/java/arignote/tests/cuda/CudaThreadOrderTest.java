package arignote.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.backend.cuda.CudaBackend;
import arignote.runtime.CompileOptions;
import arignote.runtime.Executable;
import arignote.runtime.Program;
import arignote.tensor.HostTensor;
import arignote.tests.ops.BackendComparison;
import arignote.tests.ops.OpCase;
import arignote.tests.ops.OpRow;
import arignote.tests.ops.OpTable;
import arignote.tests.ops.Tolerance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Ops whose kernels have threads that share work give the same bits in whatever order the threads
/// run: none reads what another has yet to write. `-Dcuda.seed` is the seed of the random order.
class CudaThreadOrderTest {
  private static final long SEED = Long.getLong("cuda.seed", 5);
  private static final CompileOptions OPTIONS = BackendComparison.options("gpu");

  private static final Set<String> SHARING =
      Set.of(
          "sum",
          "prod",
          "max",
          "min",
          "any",
          "all",
          "argmax",
          "argmin",
          "cumsum",
          "cumprod",
          "cummax",
          "cummin",
          "gather",
          "scatter_add",
          "scatter_set",
          "random",
          "fused");

  @BeforeAll
  static void prepare() {
    StandIn.install();
    System.out.println("threads in random order with the seed " + SEED + ".");
  }

  @AfterEach
  void restore() {
    StandIn.restoreOrder();
  }

  @TestFactory
  Stream<DynamicTest> sameBits() {
    return OpTable.rows().stream()
        .filter(row -> SHARING.contains(row.name()))
        .map(row -> DynamicTest.dynamicTest(row.name(), () -> compare(row)));
  }

  private static void compare(OpRow row) {
    List<OpCase> cases = row.cases().toList();
    List<Executable> executables = new ArrayList<>();
    for (OpCase tested : cases) {
      Executable executable =
          new CudaBackend().compile(new Program("case", tested.graph(), List.of()), OPTIONS);
      executable.plan(tested.bindings());
      executables.add(executable);
    }
    for (int i = 0; i < cases.size(); i++) {
      OpCase tested = cases.get(i);
      List<HostTensor> forward = run(executables.get(i), tested, StandIn.Order.FORWARD);
      for (StandIn.Order order : List.of(StandIn.Order.REVERSE, StandIn.Order.RANDOM)) {
        assertEquals(
            Optional.empty(),
            BackendComparison.mismatch(
                Tolerance.EXACT, forward, run(executables.get(i), tested, order)),
            () -> tested.name() + ", threads " + order);
      }
    }
  }

  private static List<HostTensor> run(Executable executable, OpCase tested, StandIn.Order order) {
    StandIn.install().order(order, SEED);
    return executable.call(tested.inputs(), tested.bindings());
  }
}
