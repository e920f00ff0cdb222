package arignote.tests.ops;

import arignote.autodiff.testing.GradientCheck;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The symbolic gradient of every row that has one agrees with difference quotients.
class GradientsTest {
  private static final long SEED = 4;

  @TestFactory
  Stream<DynamicTest> gradientsAgreeWithDifferenceQuotients() {
    return OpTable.rows().stream()
        .filter(OpRow::differentiable)
        .map(row -> DynamicTest.dynamicTest(row.name(), () -> check(row)));
  }

  private static void check(OpRow row) {
    row.gradientCases()
        .forEach(tested -> {
          try {
            new GradientCheck(SEED).check(tested.graph(), tested.inputs());
          } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(tested.name() + ": " + e.getMessage(), e);
          }
        });
  }
}
