package arignote.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.dsl.Values;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.ir.text.IrParser;
import arignote.ir.text.ParseOptions;
import arignote.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

class TreeTest {
  private static String tree(String text) {
    return Inspect.debugPrint(
        IrParser.parse(text, ParseOptions.NONE.withSource("Model.java")).graph());
  }

  @Test
  void whatIsSharedIsWrittenOnce() {
    assertEquals(
        """
        mul [A] f32[B,3] 12*B bytes  (Model.java:6)
        ├─ add [B] f32[B,3] 12*B bytes  (Model.java:5)
        │  ├─ exp [C] f32[B,3] 12*B bytes  (Model.java:3)
        │  │  └─ %x [D] f32[B,3] 12*B bytes
        │  └─ broadcast [E] f32[B,3] 12*B bytes  (Model.java:4)
        │     └─ @w [F] f32[3] 12 bytes
        └─ add [B] f32[B,3] 12*B bytes ···
        """,
        tree(
            """
            graph @main(%x: f32[B,3]) -> f32[B,3] {
              shared @w : f32[3]
              %0 = exp(%x) : f32[B,3]
              %1 = broadcast(@w) : f32[B,3]
              %2 = add(%0, %1) : f32[B,3]
              %3 = mul(%2, %2) : f32[B,3]
              return %3
            }
            """));
  }

  @Test
  void loopsFollow() {
    assertEquals(
        """
        scan.0 {steps=T} [A] f32[3] 12 bytes  (Model.java:3)
        ├─ %xs [B] f32[T,3] 12*T bytes
        └─ fill {value=0.0} [C] f32[3] 12 bytes  (Model.java:2)
        sum {axes=[0]} [D] f32[3] 12 bytes  (Model.java:10)
        └─ scan.1 {steps=T} [A] f32[T,3] 12*T bytes ···

        each step of [A], over %x [E] = %xs [B], carry %s [F] = [C]:
        add [G] f32[3] 12 bytes  (Model.java:6)
        ├─ %x [E] f32[3] 12 bytes
        └─ %s [F] f32[3] 12 bytes
        add [G] f32[3] 12 bytes ···
        """,
        tree(
            """
            graph @main(%xs: f32[T,3]) -> f32[3], f32[3] {
              %0 = fill() {value=0.0} : f32[3]
              %1, %2 = scan {
                over %x: f32[3] = %xs
                carry %s: f32[3] = %0
                %3 = add(%x, %s) : f32[3]
                next %3
                stack %3
              } : f32[3], f32[T,3]
              %4 = sum(%2) {axes=[0]} : f32[3]
              return %1, %4
            }
            """));
  }

  @Test
  void branchesFollow() {
    assertEquals(
        """
        cond [A] f32[2] 8 bytes  (Model.java:2)
        ├─ %p [B] bool
        └─ %x [C] f32[2] 8 bytes

        then of [A], %y [D] = %x [C]:
        exp [E] f32[2] 8 bytes  (Model.java:5)
        └─ %y [D] f32[2] 8 bytes

        otherwise of [A], %y [F] = %x [C]:
        %y [F] f32[2] 8 bytes
        """,
        tree(
            """
            graph @main(%p: bool, %x: f32[2]) -> f32[2] {
              %0 = cond(%p) {
                with %y: f32[2] = %x
                then {
                  %1 = exp(%y) : f32[2]
                  yield %1
                } otherwise {
                  yield %y
                }
              } : f32[2]
              return %0
            }
            """));
  }

  @Test
  void deepTreesGoOnFurtherDown() {
    Input x = Values.input("x", DType.F32);
    Variable deep = x;
    for (int i = 0; i < 100; i++) {
      deep = deep.neg();
    }
    String tree = Inspect.debugPrint(deep);
    // Each node once, the two where the tree is cut twice, their headings with a blank line.
    assertEquals(101 + 2 + 4, tree.lines().count());
    assertTrue(tree.contains("continued below\n\n[AO]:\nneg [AO] f32"), tree);
    assertTrue(tree.lines().allMatch(line -> line.length() < 200), tree);
  }

  @Test
  void hundredThousandNodesAreCut() {
    Input x = Values.input("x", DType.F32);
    Variable deep = x;
    for (int i = 0; i < 100_000; i++) {
      deep = deep.neg();
    }
    String tree = Inspect.debugPrint(deep);
    assertTrue(tree.endsWith("... (cut after 10000 lines)\n"));
    String all = Inspect.graphviz(new Graph(List.of(x), List.of(deep)));
    assertEquals(100_000, all.lines().filter(line -> line.contains("shape=box")).count());
  }
}
