package arignote.rewrite.scan;

import static arignote.rewrite.Rewriting.assertRewrites;

import org.junit.jupiter.api.Test;

class SaveReadStepsTest {
  @Test
  void theLastStepIsTheCarry() {
    assertRewrites(
        new SaveReadSteps(),
        """
        graph @g(%xs: f64[T,B,2]) -> f64[B,2] {
          %0 = fill() {value=0.0} : f64[B,2]
          %1, %2 = scan {
            over %x: f64[B,2] = %xs
            carry %h: f64[B,2] = %0
            %3 = add(%h, %x) : f64[B,2]
            next %3
            stack %3
          } : f64[B,2], f64[T,B,2]
          %4 = slice(%2) {axis=0, start=T-1, size=1} : f64[1,B,2]
          %5 = reshape(%4) : f64[B,2]
          return %5
        }
        """,
        """
        graph @g(%xs: f64[T,B,2]) -> f64[B,2] {
          %0 = fill() {value=0.0} : f64[B,2]
          %1, %2 = scan {
            over %x: f64[B,2] = %xs
            carry %h: f64[B,2] = %0
            %3 = add(%h, %x) : f64[B,2]
            next %3
            stack %3
          } : f64[B,2], f64[T,B,2]
          %4 = reshape(%1) : f64[1,B,2]
          %5 = slice(%4) {axis=0, start=(2*T-1)/(2*T+1), size=1} : f64[1,B,2]
          %6 = reshape(%5) : f64[B,2]
          return %6
        }
        """);
  }

  @Test
  void theLastStepOfALoopThatSurelyRunsNeedsNoCheck() {
    assertRewrites(
        new SaveReadSteps(),
        """
        graph @g(%xs: f64[4,B,2]) -> f64[1,B,2], f64[4,B,2] {
          %0 = fill() {value=0.0} : f64[B,2]
          %1, %2 = scan {reverse=true} {
            over %x: f64[B,2] = %xs
            carry %h: f64[B,2] = %0
            %3 = add(%h, %x) : f64[B,2]
            next %3
            stack %3
          } : f64[B,2], f64[4,B,2]
          %4 = slice(%2) {axis=0, start=0, size=1} : f64[1,B,2]
          %5 = neg(%2) : f64[4,B,2]
          return %4, %5
        }
        """,
        """
        graph @g(%xs: f64[4,B,2]) -> f64[1,B,2], f64[4,B,2] {
          %0 = fill() {value=0.0} : f64[B,2]
          %1, %2 = scan {reverse=true} {
            over %x: f64[B,2] = %xs
            carry %h: f64[B,2] = %0
            %3 = add(%h, %x) : f64[B,2]
            next %3
            stack %3
          } : f64[B,2], f64[4,B,2]
          %4 = reshape(%1) : f64[1,B,2]
          %5 = neg(%2) : f64[4,B,2]
          return %4, %5
        }
        """);
  }

  @Test
  void aCarryKeepsAnyOtherStep() {
    assertRewrites(
        new SaveReadSteps(),
        """
        graph @g(%xs: f64[T,B,2]) -> f64[1,B,2], f64[1,B,2], f64[T,B,2] {
          %0 = fill() {value=0.0} : f64[B,2]
          %1, %2, %3, %4 = scan {
            over %x: f64[B,2] = %xs
            carry %h: f64[B,2] = %0
            %5 = add(%h, %x) : f64[B,2]
            %6 = sin(%5) : f64[B,2]
            %7 = cos(%5) : f64[B,2]
            next %5
            stack %6, %5, %7
          } : f64[B,2], f64[T,B,2], f64[T,B,2], f64[T,B,2]
          %8 = slice(%2) {axis=0, start=T-1, size=1} : f64[1,B,2]
          %9 = slice(%4) {axis=0, start=T-1, size=1} : f64[1,B,2]
          %10 = mul(%8, %9) : f64[1,B,2]
          %11 = slice(%3) {axis=0, start=2, size=1} : f64[1,B,2]
          return %10, %11, %4
        }
        """,
        """
        graph @g(%xs: f64[T,B,2]) -> f64[1,B,2], f64[1,B,2], f64[T,B,2] {
          %0 = iota() {axis=0} : i64[T]
          %1 = fill() {value=0.0} : f64[B,2]
          %2 = fill() {value=0.0} : f64[B,2]
          %3 = fill() {value=0.0} : f64[B,2]
          %4, %5, %6, %7, %8, %9 = scan {
            over %x: f64[B,2] = %xs
            over %step: i64 = %0
            carry %h: f64[B,2] = %1
            carry %kept: f64[B,2] = %2
            carry %kept_1: f64[B,2] = %3
            %10 = add(%h, %x) : f64[B,2]
            %11 = sin(%10) : f64[B,2]
            %12 = dim_size() {dim=2} : i64
            %13 = eq(%step, %12) : bool
            %14 = broadcast(%13) : bool[B,2]
            %15 = select(%14, %10, %kept_1) : f64[B,2]
            %16 = cos(%10) : f64[B,2]
            next %10, %11, %15
            stack %11, %10, %16
          } : f64[B,2], f64[B,2], f64[B,2], f64[T,B,2], f64[T,B,2], f64[T,B,2]
          %17 = reshape(%5) : f64[1,B,2]
          %18 = slice(%17) {axis=0, start=(2*T-1)/(2*T+1), size=1} : f64[1,B,2]
          %19 = slice(%9) {axis=0, start=T-1, size=1} : f64[1,B,2]
          %20 = mul(%18, %19) : f64[1,B,2]
          %21 = reshape(%6) : f64[1,B,2]
          %22 = slice(%21) {axis=0, start=5/(2*T+1), size=1} : f64[1,B,2]
          return %20, %22, %9
        }
        """);
  }
}
