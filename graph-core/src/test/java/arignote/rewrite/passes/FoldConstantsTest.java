package arignote.rewrite.passes;

import static arignote.rewrite.Rewriting.assertKeeps;
import static arignote.rewrite.Rewriting.assertRewrites;

import org.junit.jupiter.api.Test;

class FoldConstantsTest {
  @Test
  void whatDependsOnConstantsOnlyIsComputed() {
    assertRewrites(
        new FoldConstants(),
        """
        graph @g(%x: f64[3]) -> f64[3] {
          %0 = constant {value=2.0} : f64
          %1 = broadcast(%0) : f64[3]
          %2 = constant {value=[1.0, 2.0, 3.0]} : f64[3]
          %3 = mul(%2, %1) : f64[3]
          %4 = sum(%3) {axes=[0]} : f64
          %5 = broadcast(%4) : f64[3]
          %6 = mul(%x, %5) : f64[3]
          %7 = add(%6, %3) : f64[3]
          return %7
        }
        """,
        """
        graph @g(%x: f64[3]) -> f64[3] {
          %0 = constant {value=12.0} : f64
          %1 = broadcast(%0) : f64[3]
          %2 = mul(%x, %1) : f64[3]
          %3 = constant {value=[2.0, 4.0, 6.0]} : f64[3]
          %4 = add(%2, %3) : f64[3]
          return %4
        }
        """);
  }

  @Test
  void repeatedNumbersStayRepeated() {
    assertRewrites(
        new FoldConstants(),
        """
        graph @g(%x: f64[B,3]) -> f64[B,3], bool[B,3] {
          %0 = constant {value=3.0} : f64
          %1 = broadcast(%0) : f64[B,3]
          %2 = fill() {value=4.0} : f64[B,3]
          %3 = sqrt(%2) : f64[B,3]
          %4 = pow(%1, %3) : f64[B,3]
          %5 = add(%x, %4) : f64[B,3]
          %6 = lt(%3, %1) : bool[B,3]
          return %5, %6
        }
        """,
        """
        graph @g(%x: f64[B,3]) -> f64[B,3], bool[B,3] {
          %0 = constant {value=9.0} : f64
          %1 = broadcast(%0) : f64[B,3]
          %2 = add(%x, %1) : f64[B,3]
          %3 = constant {value=true} : bool
          %4 = broadcast(%3) : bool[B,3]
          return %2, %4
        }
        """);
  }

  @Test
  void insideLoopsToo() {
    assertRewrites(
        new FoldConstants(),
        """
        graph @g(%xs: f64[T]) -> f64[T] {
          %0 = scan {
            over %x: f64 = %xs
            %1 = constant {value=0.5} : f64
            %2 = log(%1) : f64
            %3 = neg(%2) : f64
            %4 = mul(%x, %3) : f64
            stack %4
          } : f64[T]
          return %0
        }
        """,
        """
        graph @g(%xs: f64[T]) -> f64[T] {
          %0 = scan {
            over %x: f64 = %xs
            %1 = constant {value=0.6931471805599453} : f64
            %2 = mul(%x, %1) : f64
            stack %2
          } : f64[T]
          return %0
        }
        """);
  }

  @Test
  void whatFailsIsLeftToFailWhenItIsCalled() {
    assertKeeps(
        new FoldConstants(),
        """
        graph @g(%x: f64) -> f64 {
          %0 = constant {value=[1.0, 2.0]} : f64[2]
          %1 = constant {value=5} : i64
          %2 = gather(%0, %1) {axis=0} : f64
          %3 = add(%2, %x) : f64
          return %3
        }
        """);
  }

  @Test
  void randomNumbersAndLargeTensorsAreNotFolded() {
    assertKeeps(
        new FoldConstants(),
        """
        graph @g(%x: f64[B]) -> f64[2], f64[200,200], f64[B] {
          %0 = constant {value=5} : i64
          %1 = random(%0, %0) : f64[2]
          %2 = iota() {axis=0} : f64[200,200]
          %3 = exp(%2) : f64[200,200]
          %4 = iota() {axis=0} : f64[B]
          return %1, %3, %4
        }
        """);
  }
}
