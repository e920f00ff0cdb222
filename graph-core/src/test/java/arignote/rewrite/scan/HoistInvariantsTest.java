package arignote.rewrite.scan;

import static arignote.rewrite.Rewriting.assertKeeps;
import static arignote.rewrite.Rewriting.assertRewrites;

import org.junit.jupiter.api.Test;

class HoistInvariantsTest {
  @Test
  void whatIsTheSameInEveryStepLeaves() {
    assertRewrites(
        new HoistInvariants(),
        """
        graph @g(%xs: f64[T,B,3], %w: f64[3,3]) -> f64[B,3] {
          %0 = fill() {value=0.0} : f64[B,3]
          %1 = scan {
            over %x: f64[B,3] = %xs
            carry %h: f64[B,3] = %0
            with %w: f64[3,3] = %w
            %2 = dot(%w, %w) : f64[3,3]
            %3 = dot(%x, %2) : f64[B,3]
            %4 = add(%h, %3) : f64[B,3]
            next %4
          } : f64[B,3]
          return %1
        }
        """,
        """
        graph @g(%xs: f64[T,B,3], %w: f64[3,3]) -> f64[B,3] {
          %0 = fill() {value=0.0} : f64[B,3]
          %1 = dot(%w, %w) : f64[3,3]
          %2 = scan {
            over %x: f64[B,3] = %xs
            carry %h: f64[B,3] = %0
            with %invariant: f64[3,3] = %1
            %3 = dot(%x, %invariant) : f64[B,3]
            %4 = add(%h, %3) : f64[B,3]
            next %4
          } : f64[B,3]
          return %2
        }
        """);
  }

  @Test
  void whatIsFreeStays() {
    assertRewrites(
        new HoistInvariants(),
        """
        graph @g(%xs: f64[T,B,3], %b: f64[3]) -> f64[T,B,3] {
          %0 = scan {
            over %x: f64[B,3] = %xs
            with %b: f64[3] = %b
            %1 = exp(%b) : f64[3]
            %2 = broadcast(%1) : f64[B,3]
            %3 = add(%x, %2) : f64[B,3]
            %4 = fill() {value=2.0} : f64[B,3]
            %5 = mul(%4, %2) : f64[B,3]
            %6 = add(%3, %5) : f64[B,3]
            %7 = dim_size() {dim=B} : i64
            %8 = cast(%7) : f64
            %9 = broadcast(%8) : f64[B,3]
            %10 = mul(%6, %9) : f64[B,3]
            stack %10
          } : f64[T,B,3]
          return %0
        }
        """,
        """
        graph @g(%xs: f64[T,B,3], %b: f64[3]) -> f64[T,B,3] {
          %0 = exp(%b) : f64[3]
          %1 = fill() {value=2.0} : f64[B,3]
          %2 = broadcast(%0) : f64[B,3]
          %3 = mul(%1, %2) : f64[B,3]
          %4 = dim_size() {dim=B} : i64
          %5 = cast(%4) : f64
          %6 = scan {
            over %x: f64[B,3] = %xs
            with %invariant: f64[3] = %0
            with %invariant_1: f64[B,3] = %3
            with %invariant_2: f64 = %5
            %7 = broadcast(%invariant) : f64[B,3]
            %8 = add(%x, %7) : f64[B,3]
            %9 = add(%8, %invariant_1) : f64[B,3]
            %10 = broadcast(%invariant_2) : f64[B,3]
            %11 = mul(%9, %10) : f64[B,3]
            stack %11
          } : f64[T,B,3]
          return %6
        }
        """);
  }

  @Test
  void whatCanFailStaysWhereTheLoopMayNotRun() {
    assertKeeps(
        new HoistInvariants(),
        """
        graph @g(%xs: f64[T,3], %table: f64[2,3], %i: i64) -> f64[T,3] {
          %0 = scan {
            over %x: f64[3] = %xs
            with %table: f64[2,3] = %table
            with %i: i64 = %i
            %1 = gather(%table, %i) {axis=0} : f64[3]
            %2 = exp(%1) : f64[3]
            %3 = add(%x, %2) : f64[3]
            stack %3
          } : f64[T,3]
          return %0
        }
        """);
  }

  @Test
  void whatCanFailLeavesALoopThatSurelyRuns() {
    assertRewrites(
        new HoistInvariants(),
        """
        graph @g(%xs: f64[4,3], %table: f64[2,3], %i: i64) -> f64[4,3] {
          %0 = scan {
            over %x: f64[3] = %xs
            with %table: f64[2,3] = %table
            with %i: i64 = %i
            %1 = gather(%table, %i) {axis=0} : f64[3]
            %2 = exp(%1) : f64[3]
            %3 = add(%x, %2) : f64[3]
            stack %3
          } : f64[4,3]
          return %0
        }
        """,
        """
        graph @g(%xs: f64[4,3], %table: f64[2,3], %i: i64) -> f64[4,3] {
          %0 = gather(%table, %i) {axis=0} : f64[3]
          %1 = exp(%0) : f64[3]
          %2 = scan {
            over %x: f64[3] = %xs
            with %invariant: f64[3] = %1
            %3 = add(%x, %invariant) : f64[3]
            stack %3
          } : f64[4,3]
          return %2
        }
        """);
  }

  @Test
  void whatTheInnermostLoopNeedsLeavesAllLoops() {
    assertRewrites(
        new HoistInvariants(),
        """
        graph @g(%xs: f64[S,T,3], %w: f64[3]) -> f64[S,T,3] {
          %0 = scan {
            over %row: f64[T,3] = %xs
            with %w: f64[3] = %w
            %1 = scan {
              over %x: f64[3] = %row
              with %v: f64[3] = %w
              %2 = exp(%v) : f64[3]
              %3 = mul(%x, %2) : f64[3]
              stack %3
            } : f64[T,3]
            stack %1
          } : f64[S,T,3]
          return %0
        }
        """,
        """
        graph @g(%xs: f64[S,T,3], %w: f64[3]) -> f64[S,T,3] {
          %0 = exp(%w) : f64[3]
          %1 = scan {
            over %row: f64[T,3] = %xs
            with %invariant: f64[3] = %0
            %2 = scan {
              over %x: f64[3] = %row
              with %invariant: f64[3] = %invariant
              %3 = mul(%x, %invariant) : f64[3]
              stack %3
            } : f64[T,3]
            stack %2
          } : f64[S,T,3]
          return %1
        }
        """);
  }

  @Test
  void handedOnAndStackedInvariantsLeaveToo() {
    assertRewrites(
        new HoistInvariants(),
        """
        graph @g(%xs: f64[T,3], %w: f64[3]) -> f64[3], f64[T,3] {
          %0 = fill() {value=0.0} : f64[3]
          %1, %2 = scan {
            over %x: f64[3] = %xs
            carry %h: f64[3] = %0
            with %w: f64[3] = %w
            %3 = exp(%w) : f64[3]
            %4 = neg(%3) : f64[3]
            next %3
            stack %4
          } : f64[3], f64[T,3]
          return %1, %2
        }
        """,
        """
        graph @g(%xs: f64[T,3], %w: f64[3]) -> f64[3], f64[T,3] {
          %0 = fill() {value=0.0} : f64[3]
          %1 = exp(%w) : f64[3]
          %2 = neg(%1) : f64[3]
          %3, %4 = scan {steps=T} {
            carry %h: f64[3] = %0
            with %invariant: f64[3] = %1
            with %invariant_1: f64[3] = %2
            next %invariant
            stack %invariant_1
          } : f64[3], f64[T,3]
          return %3, %4
        }
        """);
  }
}
