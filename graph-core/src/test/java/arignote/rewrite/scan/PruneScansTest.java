package arignote.rewrite.scan;

import static arignote.rewrite.Rewriting.assertRewrites;

import org.junit.jupiter.api.Test;

class PruneScansTest {
  @Test
  void whatNobodyReadsGoes() {
    assertRewrites(
        new PruneScans(),
        """
        graph @g(%xs: f64[T,2], %ys: f64[T,2], %w: f64[2]) -> f64[T,2] {
          %0 = fill() {value=0.0} : f64[2]
          %1, %2, %3, %4, %5 = scan {
            over %x: f64[2] = %xs
            over %y: f64[2] = %ys
            carry %a: f64[2] = %0
            carry %b: f64[2] = %0
            carry %c: f64[2] = %0
            with %w: f64[2] = %w
            %6 = add(%a, %b) : f64[2]
            %7 = mul(%b, %x) : f64[2]
            %8 = add(%c, %y) : f64[2]
            %9 = mul(%8, %w) : f64[2]
            next %6, %7, %9
            stack %6, %9
          } : f64[2], f64[2], f64[2], f64[T,2], f64[T,2]
          return %4
        }
        """,
        """
        graph @g(%xs: f64[T,2], %ys: f64[T,2], %w: f64[2]) -> f64[T,2] {
          %0 = fill() {value=0.0} : f64[2]
          %1, %2, %3 = scan {
            over %x: f64[2] = %xs
            carry %a: f64[2] = %0
            carry %b: f64[2] = %0
            %4 = add(%a, %b) : f64[2]
            %5 = mul(%b, %x) : f64[2]
            next %4, %5
            stack %4
          } : f64[2], f64[2], f64[T,2]
          return %3
        }
        """);
  }

  @Test
  void carriesThatNeverChangeAreCaptured() {
    assertRewrites(
        new PruneScans(),
        """
        graph @g(%xs: f64[T,2], %s: f64[2]) -> f64[T,2], f64[2], f64[2] {
          %0 = fill() {value=0.0} : f64[2]
          %1, %2, %3 = scan {
            over %x: f64[2] = %xs
            carry %scale: f64[2] = %s
            carry %h: f64[2] = %0
            %4 = mul(%x, %scale) : f64[2]
            %5 = add(%4, %h) : f64[2]
            next %scale, %5
            stack %5
          } : f64[2], f64[2], f64[T,2]
          return %3, %1, %2
        }
        """,
        """
        graph @g(%xs: f64[T,2], %s: f64[2]) -> f64[T,2], f64[2], f64[2] {
          %0 = fill() {value=0.0} : f64[2]
          %1, %2 = scan {
            over %x: f64[2] = %xs
            carry %h: f64[2] = %0
            with %scale: f64[2] = %s
            %3 = mul(%x, %scale) : f64[2]
            %4 = add(%3, %h) : f64[2]
            next %4
            stack %4
          } : f64[2], f64[T,2]
          return %2, %s, %1
        }
        """);
  }

  @Test
  void operandsAreThereOnce() {
    assertRewrites(
        new PruneScans(),
        """
        graph @g(%xs: f64[T,2], %s: f64[2]) -> f64[T,2], f64[T,2] {
          %0, %1, %2 = scan {
            over %x: f64[2] = %xs
            over %y: f64[2] = %xs
            with %s: f64[2] = %s
            with %t: f64[2] = %s
            %3 = mul(%x, %s) : f64[2]
            %4 = sub(%3, %y) : f64[2]
            %5 = mul(%y, %t) : f64[2]
            stack %4, %5, %5
          } : f64[T,2], f64[T,2], f64[T,2]
          return %0, %2
        }
        """,
        """
        graph @g(%xs: f64[T,2], %s: f64[2]) -> f64[T,2], f64[T,2] {
          %0, %1 = scan {
            over %x: f64[2] = %xs
            with %s: f64[2] = %s
            %2 = mul(%x, %s) : f64[2]
            %3 = sub(%2, %x) : f64[2]
            %4 = mul(%x, %s) : f64[2]
            stack %3, %4
          } : f64[T,2], f64[T,2]
          return %0, %1
        }
        """);
  }

  @Test
  void carriesThatAreAlwaysEqualAreOne() {
    assertRewrites(
        new PruneScans(),
        """
        graph @g(%xs: f64[T,2]) -> f64[2], f64[2], f64[2] {
          %0 = fill() {value=0.0} : f64[2]
          %1, %2, %3, %4, %5 = scan {
            over %x: f64[2] = %xs
            carry %a: f64[2] = %0
            carry %b: f64[2] = %0
            carry %c: f64[2] = %0
            carry %d: f64[2] = %0
            carry %e: f64[2] = %0
            %6 = add(%b, %x) : f64[2]
            %7 = sin(%6) : f64[2]
            %8 = add(%a, %x) : f64[2]
            %9 = sin(%8) : f64[2]
            %10 = sub(%c, %x) : f64[2]
            %11 = mul(%a, %d) : f64[2]
            %12 = mul(%b, %e) : f64[2]
            next %7, %9, %10, %11, %12
          } : f64[2], f64[2], f64[2], f64[2], f64[2]
          %13 = add(%1, %4) : f64[2]
          %14 = add(%2, %5) : f64[2]
          return %13, %14, %3
        }
        """,
        """
        graph @g(%xs: f64[T,2]) -> f64[2], f64[2], f64[2] {
          %0 = fill() {value=0.0} : f64[2]
          %1, %2, %3 = scan {
            over %x: f64[2] = %xs
            carry %a: f64[2] = %0
            carry %c: f64[2] = %0
            carry %d: f64[2] = %0
            %4 = add(%a, %x) : f64[2]
            %5 = sin(%4) : f64[2]
            %6 = sub(%c, %x) : f64[2]
            %7 = mul(%a, %d) : f64[2]
            next %5, %6, %7
          } : f64[2], f64[2], f64[2]
          %8 = add(%1, %3) : f64[2]
          %9 = add(%1, %3) : f64[2]
          return %8, %9, %2
        }
        """);
  }

  @Test
  void aPartOfWhatIsStackedIsNotStackedAgain() {
    assertRewrites(
        new PruneScans(),
        """
        graph @g(%xs: f64[T,B,2]) -> f64[T,B,2], f64[T,B,5], f64[T,B,2] {
          %0 = fill() {value=0.0} : f64[B,2]
          %1, %2, %3, %4 = scan {
            over %x: f64[B,2] = %xs
            carry %h: f64[B,2] = %0
            %5 = add(%h, %x) : f64[B,2]
            %6 = sin(%5) : f64[B,2]
            %7 = sum(%6) {axes=[1]} : f64[B]
            %8 = reshape(%7) : f64[B,1]
            %9 = concat(%8, %5, %6) {axis=1} : f64[B,5]
            next %6
            stack %6, %9, %5
          } : f64[B,2], f64[T,B,2], f64[T,B,5], f64[T,B,2]
          return %2, %3, %4
        }
        """,
        """
        graph @g(%xs: f64[T,B,2]) -> f64[T,B,2], f64[T,B,5], f64[T,B,2] {
          %0 = fill() {value=0.0} : f64[B,2]
          %1, %2 = scan {
            over %x: f64[B,2] = %xs
            carry %h: f64[B,2] = %0
            %3 = add(%h, %x) : f64[B,2]
            %4 = sin(%3) : f64[B,2]
            %5 = sum(%4) {axes=[1]} : f64[B]
            %6 = reshape(%5) : f64[B,1]
            %7 = concat(%6, %3, %4) {axis=1} : f64[B,5]
            next %4
            stack %7
          } : f64[B,2], f64[T,B,5]
          %8 = slice(%2) {axis=2, start=3, size=2} : f64[T,B,2]
          %9 = slice(%2) {axis=2, start=1, size=2} : f64[T,B,2]
          return %8, %2, %9
        }
        """);
  }

  @Test
  void whatAnInnerLoopDoesNotNeedTheOuterOneDoesNotCapture() {
    assertRewrites(
        new PruneScans(),
        """
        graph @g(%xs: f64[S,T,2], %w: f64[2]) -> f64[S,2] {
          %0 = fill() {value=0.0} : f64[2]
          %1 = scan {
            over %row: f64[T,2] = %xs
            with %zero: f64[2] = %0
            with %w: f64[2] = %w
            %2, %3 = scan {
              over %x: f64[2] = %row
              carry %h: f64[2] = %zero
              carry %k: f64[2] = %zero
              with %v: f64[2] = %w
              %4 = add(%h, %x) : f64[2]
              %5 = mul(%k, %v) : f64[2]
              next %4, %5
            } : f64[2], f64[2]
            stack %2
          } : f64[S,2]
          return %1
        }
        """,
        """
        graph @g(%xs: f64[S,T,2], %w: f64[2]) -> f64[S,2] {
          %0 = fill() {value=0.0} : f64[2]
          %1 = scan {
            over %row: f64[T,2] = %xs
            with %zero: f64[2] = %0
            %2 = scan {
              over %x: f64[2] = %row
              carry %h: f64[2] = %zero
              %3 = add(%h, %x) : f64[2]
              next %3
            } : f64[2]
            stack %2
          } : f64[S,2]
          return %1
        }
        """);
  }
}
