package arignote.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.ir.op.Scan;
import arignote.ir.text.IrParser;
import org.junit.jupiter.api.Test;

/// Which steps of a loop leave everything as it is, and may be left out.
class IdleStepsTest {
  /// A loop that adds until a limit.
  private static String idle(String before, String idle, String stack) {
    String text =
        """
        graph @loop(%xs: f32[T], %is: i64[T], %flags: bool[T], %s0: f32, %e0: bool, %table: f32[4],
            %limit: f32) -> f32, bool, f32[T] {
          %a, %b, %c = scan {
            over %x: f32 = %xs
            over %i: i64 = %is
            over %flag: bool = %flags
            carry %s: f32 = %s0
            carry %ended: bool = %e0
            with %t: f32[4] = %table
            with %l: f32 = %limit
            BEFORE
            %next, %now = cond(%ended) {
              with %s: f32 = %s
              with %ended: bool = %ended
              with %x: f32 = %x
              with %y: f32 = %y
              with %flag: bool = %flag
              with %l: f32 = %l
              then {
                yield IDLE
              } otherwise {
                %sum = add(%s, %y) : f32
                %over = ge(%sum, %l) : bool
                yield %sum, %over
              }
            } : f32, bool
            next %next, %now
            stack STACK
          } : f32, bool, f32[T]
          return %a, %b, %c
        }
        """
            .replace("BEFORE", before)
            .replace("IDLE", idle)
            .replace("STACK", stack);
    return IdleSteps.of((Scan) IrParser.parse(text).graph().applies().getLast().op())
        .map(steps -> steps.predicate().name() + (steps.lasting() ? " lasts" : ""))
        .orElse("none");
  }

  private static final String SQUARE = "%y = mul(%x, %x) : f32";

  @Test
  void stepsBehindTheEndOfALoop() {
    assertEquals("ended lasts", idle(SQUARE, "%s, %ended", "%next"));
    assertEquals("ended lasts", idle(SQUARE, "%s, %ended", "%l"));
  }

  @Test
  void aStepThatChangesACarryIsNotIdle() {
    assertEquals("none", idle(SQUARE, "%x, %ended", "%next"));
    assertEquals("none", idle(SQUARE, "%l, %ended", "%next"));
    assertEquals("none", idle(SQUARE, "%s, %flag", "%next"));
  }

  @Test
  void aStepThatStacksWhatDependsOnItsElementsIsNotIdle() {
    assertEquals("none", idle(SQUARE, "%s, %ended", "%x"));
    assertEquals("none", idle(SQUARE, "%s, %ended", "%y"));
    assertEquals("ended lasts", idle("%y = mul(%s, %l) : f32", "%s, %ended", "%y"));
  }

  /// An idle step does not need what it gathers, but an index that is outside is an error there
  /// too.
  @Test
  void aStepThatMayFailIsNotIdle() {
    assertEquals("none", idle("%y = gather(%t, %i) {axis=0} : f32", "%s, %ended", "%next"));
  }
}
