package arignote.rewrite.passes;

import static arignote.rewrite.Rewriting.assertKeeps;
import static arignote.rewrite.Rewriting.assertRewrites;

import org.junit.jupiter.api.Test;

class FuseConcatenationsTest {
  @Test
  void whatALoopComputesItWritesToItsPlace() {
    assertRewrites(
        new FuseElementwise(),
        """
        graph @g(%x: f64[B,3], %y: f64[B,3], %u: f64[9,2]) -> f64[B,2], f64[B,3] {
          %0 = mul(%x, %y) : f64[B,3]
          %1 = tanh(%0) : f64[B,3]
          %2 = sigmoid(%0) : f64[B,3]
          %3 = concat(%1, %2, %y) {axis=1} : f64[B,9]
          %4 = dot(%3, %u) : f64[B,2]
          return %4, %1
        }
        """,
        """
        graph @g(%x: f64[B,3], %y: f64[B,3], %u: f64[9,2]) -> f64[B,2], f64[B,3] {
          %0, %1 = fused {
            with %x: f64[B,3] = %x
            with %y: f64[B,3] = %y
            %2 = mul(%x, %y) : f64[B,3]
            %3 = tanh(%2) : f64[B,3]
            %4 = sigmoid(%2) : f64[B,3]
            %5 = concat(%3, %4, %y) {axis=1} : f64[B,9]
            yield %3, %5
          } : f64[B,3], f64[B,9]
          %6 = dot(%1, %u) : f64[B,2]
          return %6, %0
        }
        """);
  }

  @Test
  void inLoopsOverStepsToo() {
    assertRewrites(
        new FuseElementwise(),
        """
        graph @g(%xs: f64[T,B,3], %u: f64[6,3]) -> f64[B,3], f64[T,B,6] {
          %0 = fill() {value=0.0} : f64[B,3]
          %1, %2 = scan {
            over %x: f64[B,3] = %xs
            carry %h: f64[B,3] = %0
            with %u: f64[6,3] = %u
            %3 = add(%x, %h) : f64[B,3]
            %4 = tanh(%3) : f64[B,3]
            %5 = sin(%3) : f64[B,3]
            %6 = concat(%4, %5) {axis=1} : f64[B,6]
            %7 = dot(%6, %u) : f64[B,3]
            next %7
            stack %6
          } : f64[B,3], f64[T,B,6]
          return %1, %2
        }
        """,
        """
        graph @g(%xs: f64[T,B,3], %u: f64[6,3]) -> f64[B,3], f64[T,B,6] {
          %0 = fill() {value=0.0} : f64[B,3]
          %1, %2 = scan {
            over %x: f64[B,3] = %xs
            carry %h: f64[B,3] = %0
            with %u: f64[6,3] = %u
            %3 = fused {
              with %x: f64[B,3] = %x
              with %h: f64[B,3] = %h
              %4 = add(%x, %h) : f64[B,3]
              %5 = tanh(%4) : f64[B,3]
              %6 = sin(%4) : f64[B,3]
              %7 = concat(%5, %6) {axis=1} : f64[B,6]
              yield %7
            } : f64[B,6]
            %8 = dot(%3, %u) : f64[B,3]
            next %8
            stack %3
          } : f64[B,3], f64[T,B,6]
          return %1, %2
        }
        """);
  }

  @Test
  void whatAnotherOpComputesIsCopied() {
    assertKeeps(
        new FuseElementwise(),
        """
        graph @g(%x: f64[B,3], %w: f64[3,3]) -> f64[B,6] {
          %0 = dot(%x, %w) : f64[B,3]
          %1 = tanh(%0) : f64[B,3]
          %2 = concat(%0, %1) {axis=1} : f64[B,6]
          return %2
        }
        """);
  }

  @Test
  void partsOfSeveralShapesAreCopied() {
    assertKeeps(
        new FuseElementwise(),
        """
        graph @g(%x: f64[B,3], %y: f64[B,2]) -> f64[B,5] {
          %0 = tanh(%x) : f64[B,3]
          %1 = tanh(%y) : f64[B,2]
          %2 = concat(%0, %1) {axis=1} : f64[B,5]
          return %2
        }
        """);
  }

  @Test
  void aPartThatWaitsForAnotherLoopIsRead() {
    assertRewrites(
        new FuseElementwise(),
        """
        graph @g(%x: f64[3,3], %w: f64[3,3]) -> f64[3,9] {
          %0 = exp(%x) : f64[3,3]
          %1 = neg(%0) : f64[3,3]
          %2 = dot(%1, %w) : f64[3,3]
          %3 = tanh(%2) : f64[3,3]
          %4 = sin(%3) : f64[3,3]
          %5 = concat(%1, %3, %4) {axis=1} : f64[3,9]
          return %5
        }
        """,
        """
        graph @g(%x: f64[3,3], %w: f64[3,3]) -> f64[3,9] {
          %0 = fused {
            with %x: f64[3,3] = %x
            %1 = exp(%x) : f64[3,3]
            %2 = neg(%1) : f64[3,3]
            yield %2
          } : f64[3,3]
          %3 = dot(%0, %w) : f64[3,3]
          %4 = fused {
            with %x0: f64[3,3] = %3
            with %x1: f64[3,3] = %0
            %5 = tanh(%x0) : f64[3,3]
            %6 = sin(%5) : f64[3,3]
            %7 = concat(%x1, %5, %6) {axis=1} : f64[3,9]
            yield %7
          } : f64[3,9]
          return %4
        }
        """);
  }
}
