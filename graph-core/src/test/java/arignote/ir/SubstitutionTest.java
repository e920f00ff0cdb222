package arignote.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.ir.text.IrParser;
import arignote.ir.text.IrPrinter;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubstitutionTest {
  private static final Graph GRAPH =
      IrParser.parse(
              """
              graph @main(%x: f32[B], %y: f32[B]) -> f32[B], f32[B] {
                %0 = exp(%x) : f32[B]
                %1 = neg(%y) : f32[B]
                %2 = add(%0, %1) : f32[B]
                return %2, %1
              }
              """)
          .graph();

  private final Input x = GRAPH.inputs().get(0);
  private final Input y = GRAPH.inputs().get(1);

  @Test
  void whatDependsOnAReplacedVariableIsRebuiltAndNothingElse() {
    Input z = new Input("z", x.type());
    Graph replaced = new Substitution().put(x, z).apply(GRAPH);
    assertEquals(
        """
        graph @main(%z: f32[B], %y: f32[B]) -> f32[B], f32[B] {
          %0 = exp(%z) : f32[B]
          %1 = neg(%y) : f32[B]
          %2 = add(%0, %1) : f32[B]
          return %2, %1
        }
        """,
        IrPrinter.print(replaced));
    assertSame(GRAPH.outputs().get(1), replaced.outputs().get(1));
    assertEquals(GRAPH.applies().getFirst().site(), replaced.applies().getFirst().site());
  }

  @Test
  void nothingReplacedIsTheSameGraph() {
    assertSame(GRAPH, new Substitution().apply(GRAPH));
    assertSame(GRAPH, new Substitution().put(new Input("z", x.type()), x).apply(GRAPH));
  }

  @Test
  void inputsCanChangePlaces() {
    Graph swapped = new Substitution().put(x, y).put(y, x).apply(GRAPH);
    assertEquals(List.of(y, x), swapped.inputs());
    assertEquals(
        """
        graph @main(%y: f32[B], %x: f32[B]) -> f32[B], f32[B] {
          %0 = exp(%y) : f32[B]
          %1 = neg(%x) : f32[B]
          %2 = add(%0, %1) : f32[B]
          return %2, %1
        }
        """,
        IrPrinter.print(swapped));
  }

  /// A replacement is taken as it is, also where it contains what it replaces.
  @Test
  void aReplacementMayContainTheReplaced() {
    Result sum = (Result) GRAPH.outputs().getFirst();
    Variable exp = sum.apply().operand(0);
    Variable twice = Apply.of(new Unary(UnaryFn.SQUARE), List.of(exp), Site.UNKNOWN).result();
    assertEquals(
        """
        graph @main(%x: f32[B], %y: f32[B]) -> f32[B], f32[B] {
          %0 = exp(%x) : f32[B]
          %1 = square(%0) : f32[B]
          %2 = neg(%y) : f32[B]
          %3 = add(%1, %2) : f32[B]
          return %3, %2
        }
        """,
        IrPrinter.print(new Substitution().put(exp, twice).apply(GRAPH)));
  }

  @Test
  void aReplacedResultIsNotComputedAgain() {
    Result sum = (Result) GRAPH.outputs().getFirst();
    Graph cut = new Substitution().put(sum.apply().operand(0), y).apply(GRAPH);
    assertEquals(
        """
        graph @main(%x: f32[B], %y: f32[B]) -> f32[B], f32[B] {
          %0 = neg(%y) : f32[B]
          %1 = add(%y, %0) : f32[B]
          return %1, %0
        }
        """,
        IrPrinter.print(cut));
  }

  /// One result of a scan replaced, another rebuilt.
  @Test
  void someResultsOfANodeCanBeReplaced() {
    Graph graph =
        IrParser.parse(
                """
                graph @main(%x: f32[T], %z: f32) -> f32, f32[T] {
                  %0, %1 = scan {
                    over %x: f32 = %x
                    carry %c: f32 = %z
                    next %x
                    stack %c
                  } : f32, f32[T]
                  return %0, %1
                }
                """)
            .graph();
    Input w = new Input("w", graph.inputs().get(1).type());
    Graph replaced =
        new Substitution()
            .put(graph.outputs().getFirst(), w)
            .put(graph.inputs().get(1), w)
            .apply(graph);
    assertEquals(
        """
        graph @main(%x: f32[T], %w: f32) -> f32, f32[T] {
          %0, %1 = scan {
            over %x: f32 = %x
            carry %c: f32 = %w
            next %x
            stack %c
          } : f32, f32[T]
          return %w, %1
        }
        """,
        IrPrinter.print(replaced));
  }

  @Test
  void typesMustAgree() {
    Input z = new Input("z", IrParser.parseType("f64[B]"));
    assertEquals(
        "substitution: cannot replace a variable of type f32[B] by one of type f64[B]",
        assertThrows(TypeException.class, () -> new Substitution().put(x, z)).getMessage());
  }
}
