package arignote.rewrite.passes;

import static arignote.rewrite.Rewriting.assertKeeps;
import static arignote.rewrite.Rewriting.assertRewrites;

import org.junit.jupiter.api.Test;

class MergeDotsTest {
  @Test
  void productsOfOneStateWithSeveralMatrices() {
    assertRewrites(
        new MergeDots(),
        """
        graph @g(%xs: f64[T,B,2], %w: f64[2,3], %u: f64[3,3], %v: f64[3,2]) -> f64[B,3] {
          %0 = fill() {value=0.0} : f64[B,3]
          %1 = scan {
            over %x: f64[B,2] = %xs
            carry %h: f64[B,3] = %0
            with %v: f64[3,2] = %v
            with %u: f64[3,3] = %u
            with %w: f64[2,3] = %w
            %2 = dot(%h, %u) : f64[B,3]
            %3 = dot(%h, %v) : f64[B,2]
            %4 = mul(%3, %x) : f64[B,2]
            %5 = dot(%4, %w) : f64[B,3]
            %6 = add(%2, %5) : f64[B,3]
            %7 = tanh(%6) : f64[B,3]
            next %7
          } : f64[B,3]
          return %1
        }
        """,
        """
        graph @g(%xs: f64[T,B,2], %w: f64[2,3], %u: f64[3,3], %v: f64[3,2]) -> f64[B,3] {
          %0 = fill() {value=0.0} : f64[B,3]
          %1 = scan {
            over %x: f64[B,2] = %xs
            carry %h: f64[B,3] = %0
            with %v: f64[3,2] = %v
            with %u: f64[3,3] = %u
            with %w: f64[2,3] = %w
            %2 = concat(%v, %u) {axis=1} : f64[3,5]
            %3 = dot(%h, %2) : f64[B,5]
            %4 = slice(%3) {axis=1, start=2, size=3} : f64[B,3]
            %5 = slice(%3) {axis=1, start=0, size=2} : f64[B,2]
            %6 = mul(%5, %x) : f64[B,2]
            %7 = dot(%6, %w) : f64[B,3]
            %8 = add(%4, %7) : f64[B,3]
            %9 = tanh(%8) : f64[B,3]
            next %9
          } : f64[B,3]
          return %1
        }
        """);
  }

  @Test
  void productsOfOneMatrixWithSeveralStates() {
    assertRewrites(
        new MergeDots(),
        """
        graph @g(%u: f64[2,3], %w: f64[3,3]) -> f64[3,4] {
          %0 = iota() {axis=0} : i64[5]
          %1 = fill() {value=0.1} : f64[3,4]
          %2 = scan {
            over %step: i64 = %0
            carry %h: f64[3,4] = %1
            with %u: f64[2,3] = %u
            with %w: f64[3,3] = %w
            %3 = dot(%w, %h) : f64[3,4]
            %4 = dot(%u, %h) : f64[2,4]
            %5 = sum(%4) {axes=[0]} : f64[4]
            %6 = broadcast(%5) : f64[3,4]
            %7 = mul(%3, %6) : f64[3,4]
            %8 = tanh(%7) : f64[3,4]
            next %8
          } : f64[3,4]
          return %2
        }
        """,
        """
        graph @g(%u: f64[2,3], %w: f64[3,3]) -> f64[3,4] {
          %0 = iota() {axis=0} : i64[5]
          %1 = fill() {value=0.1} : f64[3,4]
          %2 = scan {
            over %step: i64 = %0
            carry %h: f64[3,4] = %1
            with %u: f64[2,3] = %u
            with %w: f64[3,3] = %w
            %3 = concat(%u, %w) {axis=0} : f64[5,3]
            %4 = dot(%3, %h) : f64[5,4]
            %5 = slice(%4) {axis=0, start=2, size=3} : f64[3,4]
            %6 = slice(%4) {axis=0, start=0, size=2} : f64[2,4]
            %7 = sum(%6) {axes=[0]} : f64[4]
            %8 = broadcast(%7) : f64[3,4]
            %9 = mul(%5, %8) : f64[3,4]
            %10 = tanh(%9) : f64[3,4]
            next %10
          } : f64[3,4]
          return %2
        }
        """);
  }

  @Test
  void theGradientOfSeveralProductsOfOneState() {
    assertRewrites(
        new MergeDots(),
        """
        graph @g(%xs: f64[T,B,2], %ds: f64[T,B,3], %u: f64[3,3], %v: f64[3,3]) -> f64[B,3], f64[2,3], f64[2,3] {
          %0 = fill() {value=0.0} : f64[B,3]
          %1 = fill() {value=0.0} : f64[2,3]
          %2, %3, %4 = scan {reverse=true} {
            over %x: f64[B,2] = %xs
            over %d: f64[B,3] = %ds
            carry %h: f64[B,3] = %0
            carry %a: f64[2,3] = %1
            carry %b: f64[2,3] = %1
            with %u: f64[3,3] = %u
            with %v: f64[3,3] = %v
            %5 = sub(%h, %d) : f64[B,3]
            %6 = dot(%5, %v) : f64[B,3]
            %7 = add(%d, %6) : f64[B,3]
            %8 = mul(%h, %d) : f64[B,3]
            %9 = dot(%8, %u) : f64[B,3]
            %10 = add(%7, %9) : f64[B,3]
            %11 = transpose(%x) {permutation=[1, 0]} : f64[2,B]
            %12 = dot(%11, %5) : f64[2,3]
            %13 = add(%a, %12) : f64[2,3]
            %14 = dot(%11, %8) : f64[2,3]
            %15 = add(%b, %14) : f64[2,3]
            next %10, %13, %15
          } : f64[B,3], f64[2,3], f64[2,3]
          return %2, %3, %4
        }
        """,
        """
        graph @g(%xs: f64[T,B,2], %ds: f64[T,B,3], %u: f64[3,3], %v: f64[3,3]) -> f64[B,3], f64[2,3], f64[2,3] {
          %0 = fill() {value=0.0} : f64[B,3]
          %1 = fill() {value=0.0} : f64[2,3]
          %2, %3, %4 = scan {reverse=true} {
            over %x: f64[B,2] = %xs
            over %d: f64[B,3] = %ds
            carry %h: f64[B,3] = %0
            carry %a: f64[2,3] = %1
            carry %b: f64[2,3] = %1
            with %u: f64[3,3] = %u
            with %v: f64[3,3] = %v
            %5 = sub(%h, %d) : f64[B,3]
            %6 = mul(%h, %d) : f64[B,3]
            %7 = concat(%5, %6) {axis=1} : f64[B,6]
            %8 = concat(%v, %u) {axis=0} : f64[6,3]
            %9 = dot(%7, %8) : f64[B,3]
            %10 = add(%d, %9) : f64[B,3]
            %11 = transpose(%x) {permutation=[1, 0]} : f64[2,B]
            %12 = dot(%11, %7) : f64[2,6]
            %13 = slice(%12) {axis=1, start=0, size=3} : f64[2,3]
            %14 = add(%a, %13) : f64[2,3]
            %15 = slice(%12) {axis=1, start=3, size=3} : f64[2,3]
            %16 = add(%b, %15) : f64[2,3]
            next %10, %14, %16
          } : f64[B,3], f64[2,3], f64[2,3]
          return %2, %3, %4
        }
        """);
  }

  @Test
  void anInputProjectionIsNotMergedIntoTheRecurrentProduct() {
    assertKeeps(
        new MergeDots(),
        """
        graph @g(%xs: f64[T,B,2], %w: f64[2,3], %u: f64[3,3]) -> f64[B,3] {
          %0 = fill() {value=0.0} : f64[B,3]
          %1 = scan {
            over %x: f64[B,2] = %xs
            carry %h: f64[B,3] = %0
            with %w: f64[2,3] = %w
            with %u: f64[3,3] = %u
            %2 = dot(%x, %w) : f64[B,3]
            %3 = dot(%h, %u) : f64[B,3]
            %4 = add(%2, %3) : f64[B,3]
            next %4
          } : f64[B,3]
          return %1
        }
        """);
  }

  @Test
  void outsideOfLoopsWhereThereAreManyRows() {
    assertRewrites(
        new MergeDots(),
        """
        graph @g(%x: f64[A*B,2], %y: f64[A], %z: f64[B], %w: f64[2,3], %v: f64[2,4]) -> f64[A*B,3], f64[A*B,4] {
          %0 = dot(%x, %w) : f64[A*B,3]
          %1 = dot(%x, %v) : f64[A*B,4]
          return %0, %1
        }
        """,
        """
        graph @g(%x: f64[A*B,2], %y: f64[A], %z: f64[B], %w: f64[2,3], %v: f64[2,4]) -> f64[A*B,3], f64[A*B,4] {
          %0 = concat(%w, %v) {axis=1} : f64[2,7]
          %1 = dot(%x, %0) : f64[A*B,7]
          %2 = slice(%1) {axis=1, start=0, size=3} : f64[A*B,3]
          %3 = slice(%1) {axis=1, start=3, size=4} : f64[A*B,4]
          return %2, %3
        }
        """);
  }

  @Test
  void fewRowsDoNotPayForTheCopy() {
    assertKeeps(
        new MergeDots(),
        """
        graph @g(%x: f64[B,2], %w: f64[2,3], %v: f64[2,4]) -> f64[B,3], f64[B,4] {
          %0 = dot(%x, %w) : f64[B,3]
          %1 = dot(%x, %v) : f64[B,4]
          return %0, %1
        }
        """);
  }

  @Test
  void aConcatenationThatIsThereIsUsed() {
    assertRewrites(
        new MergeDots(),
        """
        graph @g(%x: f64[B,2], %w: f64[2,3], %v: f64[2,4], %u: f64[2,2]) -> f64[B,3], f64[B,4], f64[B,2], f64[2,7] {
          %0 = dot(%x, %w) : f64[B,3]
          %1 = dot(%x, %v) : f64[B,4]
          %2 = dot(%x, %u) : f64[B,2]
          %3 = concat(%v, %w) {axis=1} : f64[2,7]
          return %0, %1, %2, %3
        }
        """,
        """
        graph @g(%x: f64[B,2], %w: f64[2,3], %v: f64[2,4], %u: f64[2,2]) -> f64[B,3], f64[B,4], f64[B,2], f64[2,7] {
          %0 = concat(%v, %w) {axis=1} : f64[2,7]
          %1 = dot(%x, %0) : f64[B,7]
          %2 = slice(%1) {axis=1, start=4, size=3} : f64[B,3]
          %3 = slice(%1) {axis=1, start=0, size=4} : f64[B,4]
          %4 = dot(%x, %u) : f64[B,2]
          return %2, %3, %4, %0
        }
        """);
  }

  @Test
  void aProductThatWaitsForAnotherIsNotMergedWithIt() {
    assertKeeps(
        new MergeDots(),
        """
        graph @g(%x: f64[2,2], %w: f64[2,3]) -> f64[2,3], f64[2,6] {
          %0 = dot(%x, %w) : f64[2,3]
          %1 = exp(%0) : f64[2,3]
          %2 = dot(%x, %1) : f64[2,3]
          %3 = concat(%w, %1) {axis=1} : f64[2,6]
          return %2, %3
        }
        """);
  }
}
