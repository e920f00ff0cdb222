package arignote.rewrite.scan;

import static arignote.rewrite.Rewriting.assertKeeps;
import static arignote.rewrite.Rewriting.assertRewrites;

import org.junit.jupiter.api.Test;

class PushOutSequencesTest {
  @Test
  void aProjectionOfTheInputsIsOneProduct() {
    assertRewrites(
        new PushOutSequences(),
        """
        graph @g(%xs: f64[T,B,2], %w: f64[2,3], %u: f64[3,3]) -> f64[T,B,3] {
          %0 = fill() {value=0.0} : f64[B,3]
          %1, %2 = scan {
            over %x: f64[B,2] = %xs
            carry %h: f64[B,3] = %0
            with %w: f64[2,3] = %w
            with %u: f64[3,3] = %u
            %3 = dot(%x, %w) : f64[B,3]
            %4 = dot(%h, %u) : f64[B,3]
            %5 = add(%3, %4) : f64[B,3]
            %6 = tanh(%5) : f64[B,3]
            next %6
            stack %6
          } : f64[B,3], f64[T,B,3]
          return %2
        }
        """,
        """
        graph @g(%xs: f64[T,B,2], %w: f64[2,3], %u: f64[3,3]) -> f64[T,B,3] {
          %0 = reshape(%xs) : f64[B*T,2]
          %1 = dot(%0, %w) : f64[B*T,3]
          %2 = reshape(%1) : f64[T,B,3]
          %3 = fill() {value=0.0} : f64[B,3]
          %4, %5 = scan {
            over %pushed: f64[B,3] = %2
            carry %h: f64[B,3] = %3
            with %u: f64[3,3] = %u
            %6 = dot(%h, %u) : f64[B,3]
            %7 = add(%pushed, %6) : f64[B,3]
            %8 = tanh(%7) : f64[B,3]
            next %8
            stack %8
          } : f64[B,3], f64[T,B,3]
          return %5
        }
        """);
  }

  @Test
  void whatAProductNeedsGoesAlongAndWhatFollowsStays() {
    assertRewrites(
        new PushOutSequences(),
        """
        graph @g(%xs: f64[T,B,2], %w: f64[2,3], %b: f64[3], %s: f64[2]) -> f64[B,3] {
          %0 = fill() {value=0.0} : f64[B,3]
          %1 = scan {
            over %x: f64[B,2] = %xs
            carry %h: f64[B,3] = %0
            with %w: f64[2,3] = %w
            with %b: f64[3] = %b
            with %s: f64[2] = %s
            %2 = broadcast(%s) : f64[B,2]
            %3 = mul(%x, %2) : f64[B,2]
            %4 = dot(%3, %w) : f64[B,3]
            %5 = broadcast(%b) : f64[B,3]
            %6 = add(%4, %5) : f64[B,3]
            %7 = sigmoid(%6) : f64[B,3]
            %8 = mul(%7, %h) : f64[B,3]
            next %8
          } : f64[B,3]
          return %1
        }
        """,
        """
        graph @g(%xs: f64[T,B,2], %w: f64[2,3], %b: f64[3], %s: f64[2]) -> f64[B,3] {
          %0 = broadcast(%s) : f64[T,B,2]
          %1 = mul(%xs, %0) : f64[T,B,2]
          %2 = reshape(%1) : f64[B*T,2]
          %3 = dot(%2, %w) : f64[B*T,3]
          %4 = reshape(%3) : f64[T,B,3]
          %5 = fill() {value=0.0} : f64[B,3]
          %6 = scan {
            over %pushed: f64[B,3] = %4
            carry %h: f64[B,3] = %5
            with %b: f64[3] = %b
            %7 = broadcast(%b) : f64[B,3]
            %8 = add(%pushed, %7) : f64[B,3]
            %9 = sigmoid(%8) : f64[B,3]
            %10 = mul(%9, %h) : f64[B,3]
            next %10
          } : f64[B,3]
          return %6
        }
        """);
  }

  @Test
  void aSumOfTwoProductsIsOneSequence() {
    assertRewrites(
        new PushOutSequences(),
        """
        graph @g(%xs: f64[T,B,2], %ys: f64[T,B,4], %w: f64[2,3], %v: f64[4,3]) -> f64[B,3] {
          %0 = fill() {value=0.0} : f64[B,3]
          %1 = scan {reverse=true} {
            over %x: f64[B,2] = %xs
            over %y: f64[B,4] = %ys
            carry %h: f64[B,3] = %0
            with %w: f64[2,3] = %w
            with %v: f64[4,3] = %v
            %2 = dot(%x, %w) : f64[B,3]
            %3 = dot(%y, %v) : f64[B,3]
            %4 = add(%2, %3) : f64[B,3]
            %5 = sub(%4, %h) : f64[B,3]
            next %5
          } : f64[B,3]
          return %1
        }
        """,
        """
        graph @g(%xs: f64[T,B,2], %ys: f64[T,B,4], %w: f64[2,3], %v: f64[4,3]) -> f64[B,3] {
          %0 = reshape(%xs) : f64[B*T,2]
          %1 = dot(%0, %w) : f64[B*T,3]
          %2 = reshape(%1) : f64[T,B,3]
          %3 = reshape(%ys) : f64[B*T,4]
          %4 = dot(%3, %v) : f64[B*T,3]
          %5 = reshape(%4) : f64[T,B,3]
          %6 = add(%2, %5) : f64[T,B,3]
          %7 = fill() {value=0.0} : f64[B,3]
          %8 = scan {reverse=true} {
            over %pushed: f64[B,3] = %6
            carry %h: f64[B,3] = %7
            %9 = sub(%pushed, %h) : f64[B,3]
            next %9
          } : f64[B,3]
          return %8
        }
        """);
  }

  @Test
  void aMapWithoutStateIsNoLoop() {
    assertRewrites(
        new PushOutSequences(),
        """
        graph @g(%xs: f64[T,B,2], %w: f64[2,3], %i: i64[T,B]) -> f64[T,B], i64[T,B], f64[T,2,B], f64[T,B] {
          %0, %1, %2, %3 = scan {
            over %x: f64[B,2] = %xs
            over %i: i64[B] = %i
            with %w: f64[2,3] = %w
            %4 = dot(%x, %w) : f64[B,3]
            %5 = max(%4) {axes=[1]} : f64[B]
            %6 = argmax(%4) {axis=1} : i64[B]
            %7 = transpose(%x) {permutation=[1, 0]} : f64[2,B]
            %8 = gather(%x, %i) {axis=1, batch=1} : f64[B]
            stack %5, %6, %7, %8
          } : f64[T,B], i64[T,B], f64[T,2,B], f64[T,B]
          return %0, %1, %2, %3
        }
        """,
        """
        graph @g(%xs: f64[T,B,2], %w: f64[2,3], %i: i64[T,B]) -> f64[T,B], i64[T,B], f64[T,2,B], f64[T,B] {
          %0 = reshape(%xs) : f64[B*T,2]
          %1 = dot(%0, %w) : f64[B*T,3]
          %2 = reshape(%1) : f64[T,B,3]
          %3 = max(%2) {axes=[2]} : f64[T,B]
          %4 = argmax(%2) {axis=2} : i64[T,B]
          %5 = transpose(%xs) {permutation=[0, 2, 1]} : f64[T,2,B]
          %6 = gather(%xs, %i) {axis=2, batch=2} : f64[T,B]
          return %3, %4, %5, %6
        }
        """);
  }

  @Test
  void everyShapeOfProductLeaves() {
    assertRewrites(
        new PushOutSequences(),
        """
        graph @g(%xs: f64[T,2], %ms: f64[T,2,3], %w: f64[2,3], %v: f64[2], %a: f64[4,2]) -> f64[T,3], f64[T], f64[T,4], f64[T,4,3], f64[T,3], f64[T,3] {
          %0, %1, %2, %3, %4, %5 = scan {
            over %x: f64[2] = %xs
            over %m: f64[2,3] = %ms
            with %w: f64[2,3] = %w
            with %v: f64[2] = %v
            with %a: f64[4,2] = %a
            %6 = dot(%x, %w) : f64[3]
            %7 = dot(%v, %x) : f64
            %8 = dot(%a, %x) : f64[4]
            %9 = dot(%a, %m) : f64[4,3]
            %10 = dot(%v, %m) : f64[3]
            %11 = dot(%x, %m) : f64[3]
            stack %6, %7, %8, %9, %10, %11
          } : f64[T,3], f64[T], f64[T,4], f64[T,4,3], f64[T,3], f64[T,3]
          return %0, %1, %2, %3, %4, %5
        }
        """,
        """
        graph @g(%xs: f64[T,2], %ms: f64[T,2,3], %w: f64[2,3], %v: f64[2], %a: f64[4,2]) -> f64[T,3], f64[T], f64[T,4], f64[T,4,3], f64[T,3], f64[T,3] {
          %0 = dot(%xs, %w) : f64[T,3]
          %1 = dot(%xs, %v) : f64[T]
          %2 = transpose(%a) {permutation=[1, 0]} : f64[2,4]
          %3 = dot(%xs, %2) : f64[T,4]
          %4 = transpose(%ms) {permutation=[0, 2, 1]} : f64[T,3,2]
          %5 = reshape(%4) : f64[3*T,2]
          %6 = transpose(%a) {permutation=[1, 0]} : f64[2,4]
          %7 = dot(%5, %6) : f64[3*T,4]
          %8 = reshape(%7) : f64[T,3,4]
          %9 = transpose(%8) {permutation=[0, 2, 1]} : f64[T,4,3]
          %10 = transpose(%ms) {permutation=[0, 2, 1]} : f64[T,3,2]
          %11 = reshape(%10) : f64[3*T,2]
          %12 = dot(%11, %v) : f64[3*T]
          %13 = reshape(%12) : f64[T,3]
          %14 = dot(%xs, %ms) {batch=1} : f64[T,3]
          return %0, %1, %3, %9, %13, %14
        }
        """);
  }

  @Test
  void everyOpHasAFormForAllSteps() {
    assertRewrites(
        new PushOutSequences(),
        """
        graph @g(%xs: f64[T,2,3], %is: i64[T,4], %table: f64[2,3], %row: f64[3], %is0: i64[4], %us: f64[T,4,3]) -> f64[T,4,3], f64[T,2,4], f64[T,2,4], f64[T,3,3], f64[T,2,3], f64[T,2,3], f64[T,2,3], f64[T,6], f64[T,2,5], f64[T,4,3], f64[T,2,3] {
          %0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10 = scan {
            over %x: f64[2,3] = %xs
            over %i: i64[4] = %is
            over %u: f64[4,3] = %us
            with %table: f64[2,3] = %table
            with %row: f64[3] = %row
            with %i0: i64[4] = %is0
            %11 = gather(%table, %i) {axis=0} : f64[4,3]
            %12 = gather(%table, %i) {axis=1} : f64[2,4]
            %13 = gather(%x, %i0) {axis=1} : f64[2,4]
            %14 = reshape(%row) : f64[1,3]
            %15 = concat(%x, %14) {axis=0} : f64[3,3]
            %16 = broadcast(%row) : f64[2,3]
            %17 = add(%x, %16) : f64[2,3]
            %18 = scatter_add(%x, %i, %u) {axis=0} : f64[2,3]
            %19 = scatter_set(%table, %i, %u) {axis=0} : f64[2,3]
            %20 = reshape(%x) : f64[6]
            %21 = pad(%x) {axis=1, start=1, size=5} : f64[2,5]
            %22 = gather(%x, %i) {axis=0} : f64[4,3]
            %23 = max(%x) {axes=[0]} : f64[3]
            %24 = broadcast(%23) : f64[2,3]
            %25 = ge(%x, %24) : bool[2,3]
            %26 = select(%25, %x, %24) : f64[2,3]
            stack %11, %12, %13, %15, %17, %18, %19, %20, %21, %22, %26
          } : f64[T,4,3], f64[T,2,4], f64[T,2,4], f64[T,3,3], f64[T,2,3], f64[T,2,3], f64[T,2,3], f64[T,6], f64[T,2,5], f64[T,4,3], f64[T,2,3]
          return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10
        }
        """,
        """
        graph @g(%xs: f64[T,2,3], %is: i64[T,4], %table: f64[2,3], %row: f64[3], %is0: i64[4], %us: f64[T,4,3]) -> f64[T,4,3], f64[T,2,4], f64[T,2,4], f64[T,3,3], f64[T,2,3], f64[T,2,3], f64[T,2,3], f64[T,6], f64[T,2,5], f64[T,4,3], f64[T,2,3] {
          %0 = gather(%table, %is) {axis=0} : f64[T,4,3]
          %1 = gather(%table, %is) {axis=1} : f64[2,T,4]
          %2 = transpose(%1) {permutation=[1, 0, 2]} : f64[T,2,4]
          %3 = gather(%xs, %is0) {axis=2} : f64[T,2,4]
          %4 = scan {
            over %x: f64[2,3] = %xs
            with %row: f64[3] = %row
            %5 = reshape(%row) : f64[1,3]
            %6 = concat(%x, %5) {axis=0} : f64[3,3]
            stack %6
          } : f64[T,3,3]
          %7 = broadcast(%row) : f64[T,2,3]
          %8 = add(%xs, %7) : f64[T,2,3]
          %9 = scatter_add(%xs, %is, %us) {axis=1, batch=1} : f64[T,2,3]
          %10 = broadcast(%table) : f64[T,2,3]
          %11 = scatter_set(%10, %is, %us) {axis=1, batch=1} : f64[T,2,3]
          %12 = reshape(%xs) : f64[T,6]
          %13 = pad(%xs) {axis=2, start=1, size=5} : f64[T,2,5]
          %14 = gather(%xs, %is) {axis=1, batch=1} : f64[T,4,3]
          %15 = max(%xs) {axes=[1]} : f64[T,3]
          %16 = reshape(%15) : f64[T,1,3]
          %17 = broadcast(%16) : f64[T,2,3]
          %18 = ge(%xs, %17) : bool[T,2,3]
          %19 = select(%18, %xs, %17) : f64[T,2,3]
          return %0, %2, %3, %4, %8, %9, %11, %12, %13, %14, %19
        }
        """);
  }

  @Test
  void aProductLeavesOneLoopAfterTheOther() {
    assertRewrites(
        new PushOutSequences(),
        """
        graph @g(%xs: f64[S,T,B,2], %w: f64[2,3]) -> f64[B,3] {
          %0 = fill() {value=0.0} : f64[B,3]
          %1 = scan {
            over %rows: f64[T,B,2] = %xs
            carry %g: f64[B,3] = %0
            with %w: f64[2,3] = %w
            %2 = scan {
              over %x: f64[B,2] = %rows
              carry %h: f64[B,3] = %g
              with %v: f64[2,3] = %w
              %3 = dot(%x, %v) : f64[B,3]
              %4 = mul(%h, %3) : f64[B,3]
              %5 = sin(%4) : f64[B,3]
              next %5
            } : f64[B,3]
            next %2
          } : f64[B,3]
          return %1
        }
        """,
        """
        graph @g(%xs: f64[S,T,B,2], %w: f64[2,3]) -> f64[B,3] {
          %0 = reshape(%xs) : f64[S,B*T,2]
          %1 = reshape(%0) : f64[B*S*T,2]
          %2 = dot(%1, %w) : f64[B*S*T,3]
          %3 = reshape(%2) : f64[S,B*T,3]
          %4 = fill() {value=0.0} : f64[B,3]
          %5 = scan {
            over %pushed: f64[B*T,3] = %3
            carry %g: f64[B,3] = %4
            %6 = reshape(%pushed) : f64[T,B,3]
            %7 = scan {
              over %pushed: f64[B,3] = %6
              carry %h: f64[B,3] = %g
              %8 = mul(%h, %pushed) : f64[B,3]
              %9 = sin(%8) : f64[B,3]
              next %9
            } : f64[B,3]
            next %7
          } : f64[B,3]
          return %5
        }
        """);
  }

  @Test
  void aLargeIntermediateOfAMapStays() {
    assertKeeps(
        new PushOutSequences(),
        """
        graph @g(%xs: f64[T,4], %table: f64[1000,4]) -> f64[T] {
          %0 = scan {
            over %x: f64[4] = %xs
            with %table: f64[1000,4] = %table
            %1 = broadcast(%x) : f64[1000,4]
            %2 = sub(%table, %1) : f64[1000,4]
            %3 = square(%2) : f64[1000,4]
            %4 = sum(%3) {axes=[0, 1]} : f64
            stack %4
          } : f64[T]
          return %0
        }
        """);
  }

  @Test
  void randomNumbersStay() {
    assertKeeps(
        new PushOutSequences(),
        """
        graph @g(%keys: i64[T]) -> f64[T,2] {
          %0 = scan {
            over %key: i64 = %keys
            %1 = random(%key, %key) : f64[2]
            stack %1
          } : f64[T,2]
          return %0
        }
        """);
  }
}
