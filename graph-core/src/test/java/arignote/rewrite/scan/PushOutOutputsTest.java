package arignote.rewrite.scan;

import static arignote.rewrite.Rewriting.assertKeeps;
import static arignote.rewrite.Rewriting.assertRewrites;

import org.junit.jupiter.api.Test;

class PushOutOutputsTest {
  @Test
  void aProjectionOfTheStatesIsOneProduct() {
    assertRewrites(
        new PushOutOutputs(),
        """
        graph @g(%xs: f64[T,B,3], %v: f64[3,4], %b: f64[4]) -> f64[T,B,4] {
          %0 = fill() {value=0.0} : f64[B,3]
          %1, %2 = scan {
            over %x: f64[B,3] = %xs
            carry %h: f64[B,3] = %0
            with %v: f64[3,4] = %v
            with %b: f64[4] = %b
            %3 = add(%h, %x) : f64[B,3]
            %4 = tanh(%3) : f64[B,3]
            %5 = dot(%4, %v) : f64[B,4]
            %6 = broadcast(%b) : f64[B,4]
            %7 = add(%5, %6) : f64[B,4]
            %8 = exp(%7) : f64[B,4]
            next %4
            stack %8
          } : f64[B,3], f64[T,B,4]
          return %2
        }
        """,
        """
        graph @g(%xs: f64[T,B,3], %v: f64[3,4], %b: f64[4]) -> f64[T,B,4] {
          %0 = fill() {value=0.0} : f64[B,3]
          %1, %2 = scan {
            over %x: f64[B,3] = %xs
            carry %h: f64[B,3] = %0
            %3 = add(%h, %x) : f64[B,3]
            %4 = tanh(%3) : f64[B,3]
            next %4
            stack %4
          } : f64[B,3], f64[T,B,3]
          %5 = reshape(%2) : f64[B*T,3]
          %6 = dot(%5, %v) : f64[B*T,4]
          %7 = reshape(%6) : f64[T,B,4]
          %8 = broadcast(%b) : f64[T,B,4]
          %9 = add(%7, %8) : f64[T,B,4]
          %10 = exp(%9) : f64[T,B,4]
          return %10
        }
        """);
  }

  @Test
  void theGradientOfSequencesThatIsSummedFromParts() {
    assertKeeps(
        new PushOutOutputs(),
        """
        graph @g(%xs: f64[T,B,3], %w: f64[3,4], %v: f64[3,4]) -> f64[T,B,3], f64[T,B,4], f64[T,B,3] {
          %0 = fill() {value=0.0} : f64[B,4]
          %1, %2, %3, %4 = scan {reverse=true} {
            over %x: f64[B,3] = %xs
            carry %d: f64[B,4] = %0
            with %w: f64[3,4] = %w
            with %v: f64[3,4] = %v
            %5 = dot(%x, %w) : f64[B,4]
            %6 = add(%d, %5) : f64[B,4]
            %7 = sin(%6) : f64[B,4]
            %8 = concat(%6, %7) {axis=1} : f64[B,8]
            %9 = concat(%w, %v) {axis=1} : f64[3,8]
            %10 = transpose(%9) {permutation=[1, 0]} : f64[8,3]
            %11 = dot(%8, %10) : f64[B,3]
            %12 = mul(%11, %x) : f64[B,3]
            next %7
            stack %12, %8, %11
          } : f64[B,4], f64[T,B,3], f64[T,B,8], f64[T,B,3]
          %13 = slice(%3) {axis=2, start=4, size=4} : f64[T,B,4]
          return %2, %13, %4
        }
        """);
  }

  @Test
  void whatAStepNeedsStays() {
    assertKeeps(
        new PushOutOutputs(),
        """
        graph @g(%xs: f64[T,B,3], %v: f64[3,3]) -> f64[T,B,3] {
          %0 = fill() {value=0.0} : f64[B,3]
          %1, %2 = scan {
            over %x: f64[B,3] = %xs
            carry %h: f64[B,3] = %0
            with %v: f64[3,3] = %v
            %3 = dot(%h, %v) : f64[B,3]
            %4 = add(%3, %x) : f64[B,3]
            next %4
            stack %3
          } : f64[B,3], f64[T,B,3]
          return %2
        }
        """);
  }

  @Test
  void whatIsStackedBroadcastIsStackedSmall() {
    assertRewrites(
        new PushOutOutputs(),
        """
        graph @g(%xs: f64[T,B]) -> f64[T,B,3] {
          %0 = fill() {value=0.0} : f64[B]
          %1, %2 = scan {
            over %x: f64[B] = %xs
            carry %h: f64[B] = %0
            %3 = add(%h, %x) : f64[B]
            %4 = sin(%3) : f64[B]
            %5 = reshape(%4) : f64[B,1]
            %6 = broadcast(%5) : f64[B,3]
            next %4
            stack %6
          } : f64[B], f64[T,B,3]
          return %2
        }
        """,
        """
        graph @g(%xs: f64[T,B]) -> f64[T,B,3] {
          %0 = fill() {value=0.0} : f64[B]
          %1, %2 = scan {
            over %x: f64[B] = %xs
            carry %h: f64[B] = %0
            %3 = add(%h, %x) : f64[B]
            %4 = sin(%3) : f64[B]
            next %4
            stack %4
          } : f64[B], f64[T,B]
          %5 = reshape(%2) : f64[T,B,1]
          %6 = broadcast(%5) : f64[T,B,3]
          return %6
        }
        """);
  }
}
