package arignote.rewrite.scan;

import static arignote.rewrite.Rewriting.assertKeeps;
import static arignote.rewrite.Rewriting.assertRewrites;

import org.junit.jupiter.api.Test;

class SinkBroadcastsTest {
  @Test
  void aLoopReadsTheSmallTensor() {
    assertRewrites(
        new SinkBroadcasts(),
        """
        graph @g(%xs: f64[T,B,2], %b: f64[2], %m: f64[T,B], %r: f64[B,2]) -> f64[T,B,2] {
          %0 = reshape(%m) : f64[T,B,1]
          %1 = broadcast(%0) : f64[T,B,2]
          %2 = broadcast(%r) : f64[T,B,2]
          %3 = fill() {value=3.0} : f64[T,B,2]
          %4 = iota() {axis=1} : f64[T,B,2]
          %5 = broadcast(%b) : f64[T,B,2]
          %6 = broadcast(%b) : f64[B,2]
          %7 = scan {
            over %x: f64[B,2] = %xs
            over %m: f64[B,2] = %1
            over %r: f64[B,2] = %2
            over %f: f64[B,2] = %3
            over %i: f64[B,2] = %4
            over %bs: f64[B,2] = %5
            with %b: f64[B,2] = %6
            %8 = add(%x, %b) : f64[B,2]
            %9 = mul(%8, %m) : f64[B,2]
            %10 = mul(%9, %r) : f64[B,2]
            %11 = mul(%10, %f) : f64[B,2]
            %12 = mul(%11, %i) : f64[B,2]
            %13 = mul(%12, %bs) : f64[B,2]
            stack %13
          } : f64[T,B,2]
          return %7
        }
        """,
        """
        graph @g(%xs: f64[T,B,2], %b: f64[2], %m: f64[T,B], %r: f64[B,2]) -> f64[T,B,2] {
          %0 = reshape(%m) : f64[T,B,1]
          %1 = scan {
            over %x: f64[B,2] = %xs
            over %element: f64[B,1] = %0
            with %captured: f64[2] = %b
            with %captured_1: f64[B,2] = %r
            %2 = broadcast(%captured) : f64[B,2]
            %3 = add(%x, %2) : f64[B,2]
            %4 = broadcast(%element) : f64[B,2]
            %5 = mul(%3, %4) : f64[B,2]
            %6 = mul(%5, %captured_1) : f64[B,2]
            %7 = fill() {value=3.0} : f64[B,2]
            %8 = mul(%6, %7) : f64[B,2]
            %9 = iota() {axis=0} : f64[B,2]
            %10 = mul(%8, %9) : f64[B,2]
            %11 = broadcast(%captured) : f64[B,2]
            %12 = mul(%10, %11) : f64[B,2]
            stack %12
          } : f64[T,B,2]
          return %1
        }
        """);
  }

  @Test
  void whatIsReadWholeStays() {
    assertKeeps(
        new SinkBroadcasts(),
        """
        graph @g(%xs: f64[T,B,2], %b: f64[2]) -> f64[T,B,3] {
          %0 = reshape(%b) : f64[2,1]
          %1 = broadcast(%0) : f64[2,3]
          %2 = scan {
            over %x: f64[B,2] = %xs
            with %b: f64[2,3] = %1
            %3 = dot(%x, %b) : f64[B,3]
            stack %3
          } : f64[T,B,3]
          return %2
        }
        """);
  }

  @Test
  void whatIsTheSameInAllStepsIsCaptured() {
    assertRewrites(
        new SinkBroadcasts(),
        """
        graph @g(%xs: f64[T,B,2], %r: f64[1,B,2], %s: f64[1,1,2]) -> f64[T,B,2] {
          %0 = broadcast(%r) : f64[T,B,2]
          %1 = broadcast(%s) : f64[T,B,2]
          %2 = scan {
            over %x: f64[B,2] = %xs
            over %r: f64[B,2] = %0
            over %s: f64[B,2] = %1
            %3 = add(%x, %r) : f64[B,2]
            %4 = mul(%3, %s) : f64[B,2]
            stack %4
          } : f64[T,B,2]
          return %2
        }
        """,
        """
        graph @g(%xs: f64[T,B,2], %r: f64[1,B,2], %s: f64[1,1,2]) -> f64[T,B,2] {
          %0 = reshape(%r) : f64[B,2]
          %1 = reshape(%s) : f64[1,2]
          %2 = scan {
            over %x: f64[B,2] = %xs
            with %captured: f64[B,2] = %0
            with %captured_1: f64[1,2] = %1
            %3 = add(%x, %captured) : f64[B,2]
            %4 = broadcast(%captured_1) : f64[B,2]
            %5 = mul(%3, %4) : f64[B,2]
            stack %5
          } : f64[T,B,2]
          return %2
        }
        """);
  }
}
