package arignote.rewrite.scan;

import static arignote.rewrite.Rewriting.assertRewrites;

import arignote.rewrite.Rewriting;
import arignote.rewrite.passes.MergeDuplicates;
import org.junit.jupiter.api.Test;

class MergeParallelScansTest {
  @Test
  void loopsThatDoNotWaitForEachOtherAreOne() {
    assertRewrites(
        new MergeParallelScans(),
        """
        graph @g(%xs: f64[T,2], %ys: f64[T,2], %w: f64[2]) -> f64[2], f64[T,2], f64[2], f64[2] {
          %0 = fill() {value=0.0} : f64[2]
          %1 = scan {
            over %x: f64[2] = %xs
            carry %h: f64[2] = %0
            with %w: f64[2] = %w
            %2 = add(%h, %x) : f64[2]
            %3 = mul(%2, %w) : f64[2]
            next %3
          } : f64[2]
          %4, %5 = scan {
            over %y: f64[2] = %ys
            over %x: f64[2] = %xs
            carry %g: f64[2] = %0
            with %v: f64[2] = %w
            %6 = add(%g, %x) : f64[2]
            %7 = mul(%6, %y) : f64[2]
            %8 = sub(%7, %v) : f64[2]
            next %7
            stack %8
          } : f64[2], f64[T,2]
          %9 = scan {reverse=true} {
            over %x: f64[2] = %xs
            carry %h: f64[2] = %0
            %10 = sub(%h, %x) : f64[2]
            next %10
          } : f64[2]
          %11 = scan {
            over %x: f64[2] = %5
            carry %h: f64[2] = %1
            %12 = sub(%h, %x) : f64[2]
            next %12
          } : f64[2]
          return %1, %5, %9, %11
        }
        """,
        """
        graph @g(%xs: f64[T,2], %ys: f64[T,2], %w: f64[2]) -> f64[2], f64[T,2], f64[2], f64[2] {
          %0 = fill() {value=0.0} : f64[2]
          %1, %2, %3 = scan {
            over %x: f64[2] = %xs
            over %y: f64[2] = %ys
            carry %h: f64[2] = %0
            carry %g: f64[2] = %0
            with %w: f64[2] = %w
            %4 = add(%h, %x) : f64[2]
            %5 = mul(%4, %w) : f64[2]
            %6 = add(%g, %x) : f64[2]
            %7 = mul(%6, %y) : f64[2]
            %8 = sub(%7, %w) : f64[2]
            next %5, %7
            stack %8
          } : f64[2], f64[2], f64[T,2]
          %9 = scan {reverse=true} {
            over %x: f64[2] = %xs
            carry %h: f64[2] = %0
            %10 = sub(%h, %x) : f64[2]
            next %10
          } : f64[2]
          %11 = scan {
            over %x: f64[2] = %3
            carry %h: f64[2] = %1
            %12 = sub(%h, %x) : f64[2]
            next %12
          } : f64[2]
          return %1, %3, %9, %11
        }
        """);
  }

  @Test
  void loopsThatComputeTheSameAreOneInTheEnd() {
    assertRewrites(
        Rewriting.inTurn(
            new MergeParallelScans(),
            new MergeDuplicates(),
            new PruneScans(),
            new MergeDuplicates()),
        """
        graph @g(%xs: f64[T,2]) -> f64[2], f64[T,2] {
          %0 = fill() {value=0.0} : f64[2]
          %1 = scan {
            over %x: f64[2] = %xs
            carry %h: f64[2] = %0
            %2 = add(%h, %x) : f64[2]
            %3 = sin(%2) : f64[2]
            next %3
          } : f64[2]
          %4, %5 = scan {
            over %y: f64[2] = %xs
            carry %g: f64[2] = %0
            %6 = add(%g, %y) : f64[2]
            %7 = sin(%6) : f64[2]
            next %7
            stack %6
          } : f64[2], f64[T,2]
          %8 = add(%1, %4) : f64[2]
          return %8, %5
        }
        """,
        """
        graph @g(%xs: f64[T,2]) -> f64[2], f64[T,2] {
          %0 = fill() {value=0.0} : f64[2]
          %1, %2 = scan {
            over %x: f64[2] = %xs
            carry %h: f64[2] = %0
            %3 = add(%h, %x) : f64[2]
            %4 = sin(%3) : f64[2]
            next %4
            stack %3
          } : f64[2], f64[T,2]
          %5 = add(%1, %1) : f64[2]
          return %5, %2
        }
        """);
  }
}
