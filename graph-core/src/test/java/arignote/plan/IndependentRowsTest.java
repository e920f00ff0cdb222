package arignote.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.GraphVerifier;
import arignote.ir.op.Scan;
import arignote.ir.text.IrParser;
import arignote.ir.text.IrPrinter;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which loops have independent rows, and what the loop over some rows looks like.
class IndependentRowsTest {
  private static Optional<IndependentRows> rows(String body) {
    String text =
        """
        graph @loop(%xs: f32[T,B,4], %h0: f32[B,4], %u: f32[4,4], %v: f32[B,4], %w: f32[4],
            %i: i64[B], %t: f32[4,B]) -> f32[B,4] {
          %last = scan {
            over %x: f32[B,4] = %xs
            carry %h: f32[B,4] = %h0
            with %U: f32[4,4] = %u
            with %V: f32[B,4] = %v
            with %W: f32[4] = %w
            with %I: i64[B] = %i
            with %H: f32[4,B] = %t
            BODY
          } : f32[B,4]
          return %last
        }
        """
            .replace("BODY", body);
    return IndependentRows.of((Scan) IrParser.parse(text).graph().applies().getLast().op());
  }

  /// The body of the loop over eight rows.
  private static String eightRows(String body) {
    Scan some = rows(body).orElseThrow().scan(8);
    GraphVerifier.verify(some.body());
    return IrPrinter.print("rows", some.body());
  }

  @Test
  void rowsOfARecurrentNetwork() {
    String body =
        """
        %0 = dot(%h, %U) : f32[B,4]
        %1 = add(%0, %x) : f32[B,4]
        %2 = add(%1, %V) : f32[B,4]
        %3 = fill() {value=0.5} : f32[B,4]
        %4 = mul(%2, %3) : f32[B,4]
        %5 = broadcast(%W) : f32[B,4]
        %6 = add(%4, %5) : f32[B,4]
        next %6
        """;
    assertEquals(
        """
        graph @rows(%x: f32[8,4], %h: f32[8,4], %U: f32[4,4], %V: f32[8,4], %W: f32[4]) -> f32[8,4] {
          %0 = dot(%h, %U) : f32[8,4]
          %1 = add(%0, %x) : f32[8,4]
          %2 = add(%1, %V) : f32[8,4]
          %3 = fill() {value=0.5} : f32[8,4]
          %4 = mul(%2, %3) : f32[8,4]
          %5 = broadcast(%W) : f32[8,4]
          %6 = add(%4, %5) : f32[8,4]
          return %6
        }
        """,
        eightRows(body));
    assertEquals(
        "[Operand[index=0, axis=Optional[0]], Operand[index=1, axis=Optional[0]],"
            + " Operand[index=2, axis=Optional.empty], Operand[index=3, axis=Optional[0]],"
            + " Operand[index=4, axis=Optional.empty]]",
        rows(body).orElseThrow().operands().toString());
  }

  @Test
  void aFusedLoopGetsTheLengthsOfTheRowsInside() {
    assertEquals(
        """
        graph @rows(%x: f32[8,4], %h: f32[8,4], %W: f32[4]) -> f32[8,4] {
          %0 = fused {
            with %a: f32[8,4] = %h
            with %b: f32[8,4] = %x
            with %c: f32[4] = %W
            %1 = broadcast(%c) : f32[8,4]
            %2 = mul(%a, %1) : f32[8,4]
            %3 = add(%2, %b) : f32[8,4]
            yield %3
          } : f32[8,4]
          return %0
        }
        """,
        eightRows(
            """
            %0 = fused {
              with %a: f32[B,4] = %h
              with %b: f32[B,4] = %x
              with %c: f32[4] = %W
              %1 = broadcast(%c) : f32[B,4]
              %2 = mul(%a, %1) : f32[B,4]
              %3 = add(%2, %b) : f32[B,4]
              yield %3
            } : f32[B,4]
            next %0
            """));
  }

  @Test
  void rowsMoveThroughTransposesReshapesAndGathers() {
    assertEquals(
        """
        graph @rows(%h: f32[8,4], %U: f32[4,4], %I: i64[8], %H: f32[4,8]) -> f32[8,4] {
          %0 = transpose(%h) {permutation=[1, 0]} : f32[4,8]
          %1 = dot(%U, %0) : f32[4,8]
          %2 = mul(%1, %H) : f32[4,8]
          %3 = transpose(%2) {permutation=[1, 0]} : f32[8,4]
          %4 = reshape(%3) : f32[8,2,2]
          %5 = sum(%4) {axes=[2]} : f32[8,2]
          %6 = concat(%5, %5) {axis=1} : f32[8,4]
          %7 = gather(%U, %I) {axis=0} : f32[8,4]
          %8 = add(%6, %7) : f32[8,4]
          return %8
        }
        """,
        eightRows(
            """
            %0 = transpose(%h) {permutation=[1, 0]} : f32[4,B]
            %1 = dot(%U, %0) : f32[4,B]
            %2 = mul(%1, %H) : f32[4,B]
            %3 = transpose(%2) {permutation=[1, 0]} : f32[B,4]
            %4 = reshape(%3) : f32[B,2,2]
            %5 = sum(%4) {axes=[2]} : f32[B,2]
            %6 = concat(%5, %5) {axis=1} : f32[B,4]
            %7 = gather(%U, %I) {axis=0} : f32[B,4]
            %8 = add(%6, %7) : f32[B,4]
            next %8
            """));
  }

  /// What is read whole and by rows comes in twice.
  @Test
  void aCapturedValueMayBeReadInTwoWays() {
    String body =
        """
        %0 = dot(%h, %H) : f32[B,B]
        %1 = dot(%0, %V) : f32[B,4]
        %2 = add(%1, %V) : f32[B,4]
        next %2
        """;
    assertEquals(
        """
        graph @rows(%h: f32[8,4], %V: f32[B,4], %V_1: f32[8,4], %H: f32[4,B]) -> f32[8,4] {
          %0 = dot(%h, %H) : f32[8,B]
          %1 = dot(%0, %V) : f32[8,4]
          %2 = add(%1, %V_1) : f32[8,4]
          return %2
        }
        """,
        eightRows(body));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // A sum over the rows, as in normalising a batch.
        """
        %0 = sum(%h) {axes=[0]} : f32[4]
        %1 = broadcast(%0) : f32[B,4]
        next %1
        """,
        // Each row's position.
        """
        %0 = iota() {axis=0} : f32[B,4]
        %1 = add(%0, %h) : f32[B,4]
        next %1
        """,
        // Rows in another order.
        """
        %0 = gather(%h, %I) {axis=0} : f32[B,4]
        next %0
        """,
        """
        %0 = slice(%h) {axis=0, start=B-1, size=B, step=-1} : f32[B,4]
        next %0
        """,
        // A product of rows with rows.
        """
        %0 = transpose(%h) {permutation=[1, 0]} : f32[4,B]
        %1 = dot(%h, %0) : f32[B,B]
        %2 = dot(%1, %V) : f32[B,4]
        next %2
        """,
        // Random numbers for all rows.
        """
        %0 = constant {value=1} : i64
        %1 = random(%0, %0) : f32[B,4]
        %2 = add(%1, %h) : f32[B,4]
        next %2
        """
      })
  void rowsThatMeet(String body) {
    assertTrue(rows(body).isEmpty());
  }
}
