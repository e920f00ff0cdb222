package arignote.rewrite.passes;

import static arignote.rewrite.Rewriting.assertKeeps;
import static arignote.rewrite.Rewriting.assertRewrites;
import static arignote.rewrite.Rewriting.inTurn;
import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Cond;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

class PruneCondsTest {
  @Test
  void whatNobodyNeedsGoesFromOutsideToInside() {
    assertRewrites(
        new PruneConds(),
        """
        graph @main(%p: bool, %x: f64[B], %y: f64[B], %z: f64[B]) -> f64[B], f64[B], f64[B] {
          %0, %1, %2, %3 = cond(%p) {
            with %a: f64[B] = %x
            with %b: f64[B] = %y
            with %c: f64[B] = %x
            with %d: f64[B] = %z
            with %q: bool = %p
            then {
              %4, %5 = cond(%q) {
                with %a: f64[B] = %a
                with %b: f64[B] = %b
                then {
                  %6 = sin(%a) : f64[B]
                  yield %6, %b
                } otherwise {
                  %7 = exp(%b) : f64[B]
                  yield %a, %7
                }
              } : f64[B], f64[B]
              yield %4, %5, %4, %d
            } otherwise {
              yield %c, %b, %a, %d
            }
          } : f64[B], f64[B], f64[B], f64[B]
          return %0, %2, %3
        }
        """,
        """
        graph @main(%p: bool, %x: f64[B], %y: f64[B], %z: f64[B]) -> f64[B], f64[B], f64[B] {
          %0 = cond(%p) {
            with %a: f64[B] = %x
            with %q: bool = %p
            then {
              %1 = cond(%q) {
                with %a: f64[B] = %a
                then {
                  %2 = sin(%a) : f64[B]
                  yield %2
                } otherwise {
                  yield %a
                }
              } : f64[B]
              yield %1
            } otherwise {
              yield %a
            }
          } : f64[B]
          return %0, %0, %z
        }
        """);
  }

  /// The branch that is not taken has no meaning: there is no element 7.
  @Test
  void theBranchThatIsKnownToRunTakesThePlaceOfTheConditional() {
    assertRewrites(
        new PruneConds(),
        """
        graph @main(%x: f64[3], %y: f64[3]) -> f64, f64 {
          %0 = constant {value=false} : bool
          %1, %2, %3 = cond(%0) {
            with %x: f64[3] = %x
            with %y: f64[3] = %y
            then {
              %4 = constant {value=7} : i64
              %5 = gather(%x, %4) {axis=0} : f64
              yield %5, %5, %5
            } otherwise {
              %6 = sum(%x) {axes=[0]} : f64
              %7 = max(%x) {axes=[0]} : f64
              %8 = max(%y) {axes=[0]} : f64
              yield %6, %7, %8
            }
          } : f64, f64, f64
          return %1, %2
        }
        """,
        """
        graph @main(%x: f64[3], %y: f64[3]) -> f64, f64 {
          %0 = sum(%x) {axes=[0]} : f64
          %1 = max(%x) {axes=[0]} : f64
          return %0, %1
        }
        """);
  }

  @Test
  void ofTwoEqualBranchesOneIsEnough() {
    assertRewrites(
        inTurn(new MergeDuplicates(), new PruneConds()),
        """
        graph @main(%p: bool, %x: f64[B]) -> f64[B] {
          %0 = cond(%p) {
            with %x: f64[B] = %x
            then {
              %1 = exp(%x) : f64[B]
              yield %1
            } otherwise {
              %2 = exp(%x) : f64[B]
              yield %2
            }
          } : f64[B]
          return %0
        }
        """,
        """
        graph @main(%p: bool, %x: f64[B]) -> f64[B] {
          %0 = exp(%x) : f64[B]
          return %0
        }
        """);
  }

  @Test
  void whatIsNeededStays() {
    assertKeeps(
        new PruneConds(),
        """
        graph @main(%p: bool, %x: f64[B], %y: f64[B]) -> f64[B], f64[B] {
          %0, %1 = cond(%p) {
            with %x: f64[B] = %x
            with %y: f64[B] = %y
            then {
              yield %x, %y
            } otherwise {
              yield %y, %x
            }
          } : f64[B], f64[B]
          return %0, %1
        }
        """);
  }

  /// Each conditional captures what the one before computes for nobody else, and does not need it.
  @Test
  void aLongChainIsPrunedAtOnce() {
    Input predicate = new Input("p", TensorType.scalar(DType.BOOL));
    Input x = new Input("x", TensorType.scalar(DType.F64));
    List<Variable> last = List.of(x, x);
    int length = 10_000;
    for (int i = 0; i < length; i++) {
      Input a = new Input("a", x.type());
      Input b = new Input("b", x.type());
      Variable then = Apply.of(new Unary(UnaryFn.SIN), List.of(a)).result();
      Graph first = new Graph(List.of(a, b), List.of(then, b));
      Input c = new Input("c", x.type());
      Input d = new Input("d", x.type());
      Graph second = new Graph(List.of(c, d), List.of(c, c));
      List<Variable> operands = List.of(predicate, last.get(0), last.get(1));
      last = List.copyOf(Apply.of(new Cond(first, second), operands).results());
    }
    Graph pruned =
        new PruneConds().apply(new Graph(List.of(predicate, x), List.of(last.getFirst())));
    assertEquals(length, pruned.applies().size());
    pruned.applies().forEach(apply -> assertEquals(2, apply.operands().size()));
  }
}
