package arignote.rewrite.scan;

import static arignote.rewrite.Rewriting.assertKeeps;
import static arignote.rewrite.Rewriting.assertRewrites;

import org.junit.jupiter.api.Test;

class PullReductionsTest {
  @Test
  void theGradientsOfAWeightAndABias() {
    assertRewrites(
        new PullReductions(),
        """
        graph @g(%xs: f64[T,B,2], %ds: f64[T,B,3]) -> f64[2,3], f64[3] {
          %0 = fill() {value=0.0} : f64[B,3]
          %1 = fill() {value=0.0} : f64[2,3]
          %2 = fill() {value=0.0} : f64[3]
          %3, %4, %5 = scan {reverse=true} {
            over %x: f64[B,2] = %xs
            over %d: f64[B,3] = %ds
            carry %h: f64[B,3] = %0
            carry %dw: f64[2,3] = %1
            carry %db: f64[3] = %2
            %6 = add(%h, %d) : f64[B,3]
            %7 = tanh(%6) : f64[B,3]
            %8 = transpose(%x) {permutation=[1, 0]} : f64[2,B]
            %9 = dot(%8, %7) : f64[2,3]
            %10 = add(%dw, %9) : f64[2,3]
            %11 = sum(%7) {axes=[0]} : f64[3]
            %12 = add(%11, %db) : f64[3]
            next %7, %10, %12
          } : f64[B,3], f64[2,3], f64[3]
          return %4, %5
        }
        """,
        """
        graph @g(%xs: f64[T,B,2], %ds: f64[T,B,3]) -> f64[2,3], f64[3] {
          %0 = reshape(%xs) : f64[B*T,2]
          %1 = transpose(%0) {permutation=[1, 0]} : f64[2,B*T]
          %2 = fill() {value=0.0} : f64[B,3]
          %3, %4 = scan {reverse=true} {
            over %d: f64[B,3] = %ds
            carry %h: f64[B,3] = %2
            %5 = add(%h, %d) : f64[B,3]
            %6 = tanh(%5) : f64[B,3]
            next %6
            stack %6
          } : f64[B,3], f64[T,B,3]
          %7 = reshape(%4) : f64[B*T,3]
          %8 = dot(%1, %7) : f64[2,3]
          %9 = sum(%4) {axes=[0, 1]} : f64[3]
          return %8, %9
        }
        """);
  }

  @Test
  void partsOfAMergedProduct() {
    assertRewrites(
        new PullReductions(),
        """
        graph @g(%xs: f64[T,B,2], %ds: f64[T,B,3]) -> f64[2,3], f64[2,3], f64[3] {
          %0 = fill() {value=0.0} : f64[B,3]
          %1 = fill() {value=0.0} : f64[2,3]
          %2 = fill() {value=0.0} : f64[3]
          %3, %4, %5, %6 = scan {
            over %x: f64[B,2] = %xs
            over %d: f64[B,3] = %ds
            carry %h: f64[B,3] = %0
            carry %dw: f64[2,3] = %1
            carry %dv: f64[2,3] = %1
            carry %db: f64[3] = %2
            %7 = add(%h, %d) : f64[B,3]
            %8 = tanh(%7) : f64[B,3]
            %9 = transpose(%x) {permutation=[1, 0]} : f64[2,B]
            %10 = concat(%7, %8) {axis=1} : f64[B,6]
            %11 = dot(%9, %10) : f64[2,6]
            %12 = slice(%11) {axis=1, start=0, size=3} : f64[2,3]
            %13 = add(%dw, %12) : f64[2,3]
            %14 = slice(%11) {axis=1, start=3, size=3} : f64[2,3]
            %15 = add(%dv, %14) : f64[2,3]
            %16 = sum(%8) {axes=[0]} : f64[3]
            %17 = add(%db, %16) : f64[3]
            next %8, %13, %15, %17
          } : f64[B,3], f64[2,3], f64[2,3], f64[3]
          return %4, %5, %6
        }
        """,
        """
        graph @g(%xs: f64[T,B,2], %ds: f64[T,B,3]) -> f64[2,3], f64[2,3], f64[3] {
          %0 = reshape(%xs) : f64[B*T,2]
          %1 = transpose(%0) {permutation=[1, 0]} : f64[2,B*T]
          %2 = fill() {value=0.0} : f64[B,3]
          %3, %4 = scan {
            over %d: f64[B,3] = %ds
            carry %h: f64[B,3] = %2
            %5 = add(%h, %d) : f64[B,3]
            %6 = tanh(%5) : f64[B,3]
            %7 = concat(%5, %6) {axis=1} : f64[B,6]
            next %6
            stack %7
          } : f64[B,3], f64[T,B,6]
          %8 = reshape(%4) : f64[B*T,6]
          %9 = dot(%1, %8) : f64[2,6]
          %10 = slice(%9) {axis=1, start=0, size=3} : f64[2,3]
          %11 = slice(%9) {axis=1, start=3, size=3} : f64[2,3]
          %12 = sum(%4) {axes=[0, 1]} : f64[6]
          %13 = slice(%12) {axis=0, start=3, size=3} : f64[3]
          return %10, %11, %13
        }
        """);
  }

  @Test
  void outerProductsOfVectorsAreOneProduct() {
    assertRewrites(
        new PullReductions(),
        """
        graph @g(%xs: f64[T,2], %ys: f64[T,3]) -> f64[2,3] {
          %0 = fill() {value=1.0} : f64[2,3]
          %1 = scan {
            over %x: f64[2] = %xs
            over %y: f64[3] = %ys
            carry %a: f64[2,3] = %0
            %2 = reshape(%x) : f64[2,1]
            %3 = reshape(%y) : f64[1,3]
            %4 = dot(%2, %3) : f64[2,3]
            %5 = sub(%a, %4) : f64[2,3]
            next %5
          } : f64[2,3]
          return %1
        }
        """,
        """
        graph @g(%xs: f64[T,2], %ys: f64[T,3]) -> f64[2,3] {
          %0 = fill() {value=1.0} : f64[2,3]
          %1 = reshape(%xs) : f64[T,2,1]
          %2 = reshape(%1) : f64[T,2]
          %3 = transpose(%2) {permutation=[1, 0]} : f64[2,T]
          %4 = reshape(%ys) : f64[T,1,3]
          %5 = reshape(%4) : f64[T,3]
          %6 = dot(%3, %5) : f64[2,3]
          %7 = sub(%0, %6) : f64[2,3]
          return %7
        }
        """);
  }

  @Test
  void severalTermsAndWhatIsLinearInAProduct() {
    assertRewrites(
        new PullReductions(),
        """
        graph @g(%xs: f64[T,B,2], %ys: f64[T,B,3], %w: f64[3,3], %s: f64) -> f64[2,3], f64[2,3], f64 {
          %0 = fill() {value=0.0} : f64[2,3]
          %1 = fill() {value=0.5} : f64
          %2, %3, %4 = scan {
            over %x: f64[B,2] = %xs
            over %y: f64[B,3] = %ys
            carry %a: f64[2,3] = %0
            carry %b: f64[2,3] = %0
            carry %l: f64 = %1
            with %w: f64[3,3] = %w
            with %s: f64 = %s
            %5 = transpose(%x) {permutation=[1, 0]} : f64[2,B]
            %6 = dot(%5, %y) : f64[2,3]
            %7 = dot(%6, %w) : f64[2,3]
            %8 = add(%a, %7) : f64[2,3]
            %9 = broadcast(%s) : f64[2,3]
            %10 = mul(%9, %6) : f64[2,3]
            %11 = neg(%10) : f64[2,3]
            %12 = add(%8, %11) : f64[2,3]
            %13 = sub(%b, %6) : f64[2,3]
            %14 = square(%y) : f64[B,3]
            %15 = sum(%14) {axes=[0, 1]} : f64
            %16 = add(%l, %15) : f64
            next %12, %13, %16
          } : f64[2,3], f64[2,3], f64
          return %2, %3, %4
        }
        """,
        """
        graph @g(%xs: f64[T,B,2], %ys: f64[T,B,3], %w: f64[3,3], %s: f64) -> f64[2,3], f64[2,3], f64 {
          %0 = reshape(%xs) : f64[B*T,2]
          %1 = transpose(%0) {permutation=[1, 0]} : f64[2,B*T]
          %2 = reshape(%ys) : f64[B*T,3]
          %3 = dot(%1, %2) : f64[2,3]
          %4 = dot(%3, %w) : f64[2,3]
          %5 = broadcast(%s) : f64[2,3]
          %6 = mul(%5, %3) : f64[2,3]
          %7 = neg(%6) : f64[2,3]
          %8 = add(%4, %7) : f64[2,3]
          %9 = fill() {value=0.0} : f64[2,3]
          %10 = sub(%9, %3) : f64[2,3]
          %11 = fill() {value=0.5} : f64
          %12 = scan {
            over %y: f64[B,3] = %ys
            %13 = square(%y) : f64[B,3]
            stack %13
          } : f64[T,B,3]
          %14 = sum(%12) {axes=[0, 1, 2]} : f64
          %15 = add(%11, %14) : f64
          return %8, %10, %15
        }
        """);
  }

  @Test
  void aSumThatIsReadInTheLoopStays() {
    assertKeeps(
        new PullReductions(),
        """
        graph @g(%xs: f64[T], %ys: f64[T]) -> f64, f64[T], f64 {
          %0 = fill() {value=0.0} : f64
          %1, %2, %3 = scan {
            over %x: f64 = %xs
            over %y: f64 = %ys
            carry %a: f64 = %0
            carry %b: f64 = %0
            %4 = add(%a, %x) : f64
            %5 = mul(%b, %y) : f64
            %6 = add(%5, %y) : f64
            next %4, %6
            stack %4
          } : f64, f64, f64[T]
          return %1, %3, %2
        }
        """);
  }

  @Test
  void aLargeTermStays() {
    assertKeeps(
        new PullReductions(),
        """
        graph @g(%xs: f64[T,100]) -> f64[100], f64[100] {
          %0 = fill() {value=0.0} : f64[100]
          %1 = fill() {value=0.0} : f64[100,100]
          %2, %3 = scan {
            over %x: f64[100] = %xs
            carry %h: f64[100] = %0
            carry %a: f64[100,100] = %1
            %4 = add(%h, %x) : f64[100]
            %5 = reshape(%4) : f64[100,1]
            %6 = broadcast(%5) : f64[100,100]
            %7 = sin(%6) : f64[100,100]
            %8 = add(%a, %7) : f64[100,100]
            next %4, %8
          } : f64[100], f64[100,100]
          %9 = sum(%3) {axes=[0]} : f64[100]
          return %2, %9
        }
        """);
  }

  @Test
  void aSumThroughNestedLoops() {
    assertRewrites(
        new PullReductions(),
        """
        graph @g(%xs: f64[S,T,B,2], %ys: f64[S,T,B,3]) -> f64[2,3] {
          %0 = fill() {value=0.0} : f64[2,3]
          %1 = scan {
            over %xr: f64[T,B,2] = %xs
            over %yr: f64[T,B,3] = %ys
            carry %a: f64[2,3] = %0
            %2 = scan {
              over %x: f64[B,2] = %xr
              over %y: f64[B,3] = %yr
              carry %b: f64[2,3] = %a
              %3 = transpose(%x) {permutation=[1, 0]} : f64[2,B]
              %4 = dot(%3, %y) : f64[2,3]
              %5 = add(%b, %4) : f64[2,3]
              next %5
            } : f64[2,3]
            next %2
          } : f64[2,3]
          return %1
        }
        """,
        """
        graph @g(%xs: f64[S,T,B,2], %ys: f64[S,T,B,3]) -> f64[2,3] {
          %0 = reshape(%xs) : f64[S,B*T,2]
          %1 = reshape(%0) : f64[B*S*T,2]
          %2 = transpose(%1) {permutation=[1, 0]} : f64[2,B*S*T]
          %3 = reshape(%ys) : f64[S,B*T,3]
          %4 = reshape(%3) : f64[B*S*T,3]
          %5 = dot(%2, %4) : f64[2,3]
          return %5
        }
        """);
  }

  @Test
  void aProductThatTheLoopNeedsIsStackedIfItIsSmall() {
    assertRewrites(
        new PullReductions(),
        """
        graph @g(%xs: f64[T,B,2]) -> f64[2,2], f64[2,2] {
          %0 = fill() {value=0.0} : f64[2,2]
          %1, %2 = scan {
            over %x: f64[B,2] = %xs
            carry %h: f64[2,2] = %0
            carry %a: f64[2,2] = %0
            %3 = transpose(%x) {permutation=[1, 0]} : f64[2,B]
            %4 = dot(%3, %x) : f64[2,2]
            %5 = sub(%4, %h) : f64[2,2]
            %6 = add(%a, %4) : f64[2,2]
            next %5, %6
          } : f64[2,2], f64[2,2]
          return %1, %2
        }
        """,
        """
        graph @g(%xs: f64[T,B,2]) -> f64[2,2], f64[2,2] {
          %0 = fill() {value=0.0} : f64[2,2]
          %1, %2 = scan {
            over %x: f64[B,2] = %xs
            carry %h: f64[2,2] = %0
            %3 = transpose(%x) {permutation=[1, 0]} : f64[2,B]
            %4 = dot(%3, %x) : f64[2,2]
            %5 = sub(%4, %h) : f64[2,2]
            next %5
            stack %4
          } : f64[2,2], f64[T,2,2]
          %6 = sum(%2) {axes=[0]} : f64[2,2]
          return %1, %6
        }
        """);
  }
}
