package arignote.rewrite.passes;

import static arignote.rewrite.Rewriting.assertKeeps;
import static arignote.rewrite.Rewriting.assertRewrites;

import org.junit.jupiter.api.Test;

class MergeSumsTest {
  @Test
  void sumsOfAllPartsAreOne() {
    assertRewrites(
        new MergeSums(),
        """
        graph @g(%x: f64[B,8], %y: f64[T,B,8]) -> f64[4], f64[4], f64[T,3], f64[T,5] {
          %0 = slice(%x) {axis=1, start=0, size=4} : f64[B,4]
          %1 = sum(%0) {axes=[0]} : f64[4]
          %2 = slice(%x) {axis=1, start=4, size=4} : f64[B,4]
          %3 = sum(%2) {axes=[0]} : f64[4]
          %4 = slice(%y) {axis=2, start=0, size=3} : f64[T,B,3]
          %5 = sum(%4) {axes=[1]} : f64[T,3]
          %6 = slice(%y) {axis=2, start=3, size=5} : f64[T,B,5]
          %7 = sum(%6) {axes=[1]} : f64[T,5]
          return %1, %3, %5, %7
        }
        """,
        """
        graph @g(%x: f64[B,8], %y: f64[T,B,8]) -> f64[4], f64[4], f64[T,3], f64[T,5] {
          %0 = sum(%x) {axes=[0]} : f64[8]
          %1 = slice(%0) {axis=0, start=0, size=4} : f64[4]
          %2 = slice(%0) {axis=0, start=4, size=4} : f64[4]
          %3 = sum(%y) {axes=[1]} : f64[T,8]
          %4 = slice(%3) {axis=1, start=0, size=3} : f64[T,3]
          %5 = slice(%3) {axis=1, start=3, size=5} : f64[T,5]
          return %1, %2, %4, %5
        }
        """);
  }

  @Test
  void sumsOfAFewPartsStayApart() {
    assertKeeps(
        new MergeSums(),
        """
        graph @g(%x: f64[B,8]) -> f64[2], f64[2], f64[B] {
          %0 = slice(%x) {axis=1, start=0, size=2} : f64[B,2]
          %1 = sum(%0) {axes=[0]} : f64[2]
          %2 = slice(%x) {axis=1, start=4, size=2} : f64[B,2]
          %3 = sum(%2) {axes=[0]} : f64[2]
          %4 = slice(%x) {axis=1, start=6, size=2} : f64[B,2]
          %5 = sum(%4) {axes=[1]} : f64[B]
          return %1, %3, %5
        }
        """);
  }

  @Test
  void sumsOfPartsOfASumAreOneWithIt() {
    assertRewrites(
        new MergeSums(),
        """
        graph @g(%x: f64[T,B,8]) -> f64[4], f64[4] {
          %0 = sum(%x) {axes=[0]} : f64[B,8]
          %1 = slice(%0) {axis=1, start=0, size=4} : f64[B,4]
          %2 = sum(%1) {axes=[0]} : f64[4]
          %3 = slice(%0) {axis=1, start=4, size=4} : f64[B,4]
          %4 = sum(%3) {axes=[0]} : f64[4]
          return %2, %4
        }
        """,
        """
        graph @g(%x: f64[T,B,8]) -> f64[4], f64[4] {
          %0 = sum(%x) {axes=[0, 1]} : f64[8]
          %1 = slice(%0) {axis=0, start=0, size=4} : f64[4]
          %2 = slice(%0) {axis=0, start=4, size=4} : f64[4]
          return %1, %2
        }
        """);
  }
}
