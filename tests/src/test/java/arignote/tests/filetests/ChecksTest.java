package arignote.tests.filetests;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The checks themselves fail when they should.
class ChecksTest {
  private static final String OUTPUT =
      """
      graph @main() {
        %0 = dot(%x, %y)   : f32
        %1 = exp(%0) : f32
        %2 = dot(%1, %y) : f32
        return %2
      }
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CHECK: dot(%x, %y) : f32|CHECK: return",
        "CHECK: dot|CHECK-NEXT: exp|CHECK-NEXT: dot|CHECK-NEXT: return",
        "CHECK-NOT: log",
        "CHECK: exp|CHECK-NOT: exp|CHECK: return",
        "CHECK-COUNT-2: dot(",
        "CHECK: exp|CHECK-COUNT-1: dot(|CHECK: return|CHECK-COUNT-0: dot(",
        "CHECK: %{{[0-9]+}} = exp(%{{\\d}})"
      })
  void holds(String checks) {
    assertDoesNotThrow(() -> Checks.check("test", List.of(checks.split("\\|")), OUTPUT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CHECK: log",
        "CHECK: return|CHECK: dot",
        "CHECK: dot|CHECK-NEXT: dot",
        "CHECK: }|CHECK-NEXT: dot",
        "CHECK-NOT: exp",
        "CHECK: exp|CHECK-NOT: dot|CHECK: return",
        "CHECK: exp|CHECK-NOT: return",
        "CHECK-COUNT-1: dot(",
        "CHECK-COUNT-3: dot(",
        "CHECK: {{e.p}}(%1)"
      })
  void fails(String checks) {
    AssertionError error =
        assertThrows(
            AssertionError.class, () -> Checks.check("test", List.of(checks.split("\\|")), OUTPUT));
    assertTrue(requireNonNull(error.getMessage()).startsWith("test: CHECK"), error::toString);
  }

  @Test
  void aMisspeltCheckIsAnError() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Checks.check("test", List.of("CHECK-NON: dot"), OUTPUT));
  }
}
