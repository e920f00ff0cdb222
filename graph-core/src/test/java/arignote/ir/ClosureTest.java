package arignote.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.ir.text.IrParser;
import arignote.ir.text.IrPrinter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosureTest {
  /// Closes the outputs of a text over its first inputs.
  private static Closure close(String text, int inputs) {
    Graph graph = IrParser.parse(text).graph();
    Closure closure = Closure.of(graph.inputs().subList(0, inputs), graph.outputs());
    GraphVerifier.verifyStructure(closure.graph());
    return closure;
  }

  @Test
  void whatDoesNotDependOnTheInputsIsCaptured() {
    String text =
        """
        graph @main(%h: f32[B], %outside: f32[B]) -> f32[B], f32[B] {
          shared @w : f32[8]
          %0 = exp(%outside) : f32[B]
          %1 = mul(%h, %0) : f32[B]
          %2 = add(%1, %outside) : f32[B]
          %3 = sum(@w) {axes=[0]} : f32
          %4 = broadcast(%3) : f32[B]
          %5 = mul(%2, %4) : f32[B]
          return %5, %0
        }
        """;
    Closure closure = close(text, 1);
    assertEquals(
        """
        graph @main(%h: f32[B], %captured: f32[B], %outside: f32[B], %captured_1: f32[B]) \
        -> f32[B], f32[B] {
          %0 = mul(%h, %captured) : f32[B]
          %1 = add(%0, %outside) : f32[B]
          %2 = mul(%1, %captured_1) : f32[B]
          return %2, %captured
        }
        """,
        IrPrinter.print(closure.graph()));
    assertEquals(
        List.of("exp", "", "broadcast"),
        closure.captured().stream()
            .map(v -> v instanceof Result result ? result.apply().op().mnemonic() : "")
            .toList());
  }

  @Test
  void constantsAndWhatIsMadeOfThemAreCopiedIn() {
    Closure closure =
        close(
            """
            graph @main(%h: f32[B]) -> f32[B], f32[B], i64, f32 {
              shared @w : f32
              %0 = constant {value=2.0} : f32
              %1 = broadcast(%0) : f32[B]
              %2 = mul(%h, %1) : f32[B]
              %3 = fill() {value=0.0} : f32[B]
              %4 = dim_size() {dim=B} : i64
              return %2, %3, %4, @w
            }
            """,
            1);
    assertEquals(
        """
        graph @main(%h: f32[B], %w: f32) -> f32[B], f32[B], i64, f32 {
          %0 = constant {value=2.0} : f32
          %1 = broadcast(%0) : f32[B]
          %2 = mul(%h, %1) : f32[B]
          %3 = fill() {value=0.0} : f32[B]
          %4 = dim_size() {dim=B} : i64
          return %2, %3, %4, %w
        }
        """,
        IrPrinter.print(closure.graph()));
    assertEquals("w", ((Shared) closure.captured().getFirst()).name());
  }

  /// Work on constants is left outside, so that it is not done in every step.
  @Test
  void computedConstantsAreCaptured() {
    Closure closure =
        close(
            """
            graph @main(%h: f32) -> f32 {
              %0 = constant {value=2.0} : f32
              %1 = exp(%0) : f32
              %2 = mul(%h, %1) : f32
              return %2
            }
            """,
            1);
    assertEquals(1, closure.captured().size());
    assertEquals(
        """
        graph @main(%h: f32, %captured: f32) -> f32 {
          %0 = mul(%h, %captured) : f32
          return %0
        }
        """,
        IrPrinter.print(closure.graph()));
  }
}
