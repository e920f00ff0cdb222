package arignote.rewrite.passes;

import static arignote.rewrite.Rewriting.assertRewrites;

import org.junit.jupiter.api.Test;

class MergeDuplicatesTest {
  @Test
  void equalNodesAreOne() {
    assertRewrites(
        new MergeDuplicates(),
        """
        graph @g(%x: f64[3]) -> f64[3] {
          %0 = constant {value=2.0} : f64
          %1 = broadcast(%0) : f64[3]
          %2 = mul(%x, %1) : f64[3]
          %3 = exp(%2) : f64[3]
          %4 = constant {value=2.0} : f64
          %5 = broadcast(%4) : f64[3]
          %6 = mul(%x, %5) : f64[3]
          %7 = exp(%6) : f64[3]
          %8 = add(%3, %7) : f64[3]
          return %8
        }
        """,
        """
        graph @g(%x: f64[3]) -> f64[3] {
          %0 = constant {value=2.0} : f64
          %1 = broadcast(%0) : f64[3]
          %2 = mul(%x, %1) : f64[3]
          %3 = exp(%2) : f64[3]
          %4 = add(%3, %3) : f64[3]
          return %4
        }
        """);
  }

  @Test
  void operandsOfSumsAreTheSameInEitherOrder() {
    assertRewrites(
        new MergeDuplicates(),
        """
        graph @g(%x: f64[3], %y: f64[3]) -> f64[3], f64[3] {
          %0 = add(%x, %y) : f64[3]
          %1 = sub(%x, %y) : f64[3]
          %2 = mul(%0, %1) : f64[3]
          %3 = sub(%y, %x) : f64[3]
          %4 = add(%y, %x) : f64[3]
          %5 = mul(%3, %4) : f64[3]
          return %2, %5
        }
        """,
        """
        graph @g(%x: f64[3], %y: f64[3]) -> f64[3], f64[3] {
          %0 = add(%x, %y) : f64[3]
          %1 = sub(%x, %y) : f64[3]
          %2 = mul(%0, %1) : f64[3]
          %3 = sub(%y, %x) : f64[3]
          %4 = mul(%3, %0) : f64[3]
          return %2, %4
        }
        """);
  }

  @Test
  void loopsWithEqualBodiesAreOne() {
    assertRewrites(
        new MergeDuplicates(),
        """
        graph @g(%xs: f64[T,2], %w: f64[2]) -> f64[2] {
          %0 = fill() {value=0.0} : f64[2]
          %1 = scan {
            over %x: f64[2] = %xs
            carry %h: f64[2] = %0
            with %w: f64[2] = %w
            %2 = mul(%h, %w) : f64[2]
            %3 = add(%2, %x) : f64[2]
            %4 = constant {value=1.0} : f64
            %5 = broadcast(%4) : f64[2]
            %6 = add(%3, %5) : f64[2]
            next %6
          } : f64[2]
          %7 = scan {
            over %y: f64[2] = %xs
            carry %g: f64[2] = %0
            with %v: f64[2] = %w
            %8 = mul(%g, %v) : f64[2]
            %9 = add(%8, %y) : f64[2]
            %10 = constant {value=1.0} : f64
            %11 = broadcast(%10) : f64[2]
            %12 = add(%9, %11) : f64[2]
            next %12
          } : f64[2]
          %13 = add(%1, %7) : f64[2]
          %14 = scan {
            over %y: f64[2] = %xs
            carry %g: f64[2] = %0
            with %v: f64[2] = %w
            %15 = mul(%g, %v) : f64[2]
            %16 = sub(%15, %y) : f64[2]
            next %16
          } : f64[2]
          %17 = add(%13, %14) : f64[2]
          return %17
        }
        """,
        """
        graph @g(%xs: f64[T,2], %w: f64[2]) -> f64[2] {
          %0 = fill() {value=0.0} : f64[2]
          %1 = scan {
            over %x: f64[2] = %xs
            carry %h: f64[2] = %0
            with %w: f64[2] = %w
            %2 = mul(%h, %w) : f64[2]
            %3 = add(%2, %x) : f64[2]
            %4 = constant {value=1.0} : f64
            %5 = broadcast(%4) : f64[2]
            %6 = add(%3, %5) : f64[2]
            next %6
          } : f64[2]
          %7 = add(%1, %1) : f64[2]
          %8 = scan {
            over %y: f64[2] = %xs
            carry %g: f64[2] = %0
            with %v: f64[2] = %w
            %9 = mul(%g, %v) : f64[2]
            %10 = sub(%9, %y) : f64[2]
            next %10
          } : f64[2]
          %11 = add(%7, %8) : f64[2]
          return %11
        }
        """);
  }
}
