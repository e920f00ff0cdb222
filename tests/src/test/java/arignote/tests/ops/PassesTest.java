package arignote.tests.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.ir.Graph;
import arignote.reference.Interpreter;
import arignote.rewrite.Pipelines;
import arignote.runtime.CompileOptions;
import arignote.runtime.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// All passes together leave the meaning of the cases as it is. Few passes look at dtypes, so one
/// dtype of each row will do; backends run what passes make of all of them.
class PassesTest {
  private static final CompileOptions OPTIONS =
      new CompileOptions("cpu", Mode.FAST_RUN, Set.of(), 1, Optional.empty(), true);

  @TestFactory
  Stream<DynamicTest> passesKeepTheMeaning() {
    return OpTable.rows().stream()
        .map(row -> DynamicTest.dynamicTest(row.name(), () -> assertEquals(List.of(), check(row))));
  }

  private static List<String> check(OpRow row) {
    List<String> problems = new ArrayList<>();
    row.cases(row.dtypes().getLast())
        .forEach(tested -> {
          Graph optimised = Pipelines.of(OPTIONS).run("case", tested.graph(), OPTIONS);
          BackendComparison.mismatch(
                  tested.tolerance(),
                  tested.expected(),
                  Interpreter.evaluate(optimised, tested.inputs()))
              .ifPresent(problem -> problems.add(tested.name() + ": " + problem));
        });
    return problems;
  }
}
