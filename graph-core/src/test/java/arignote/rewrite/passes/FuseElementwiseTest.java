package arignote.rewrite.passes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.GraphVerifier;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Dot;
import arignote.ir.op.Fused;
import arignote.ir.op.Op;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.ir.text.IrParser;
import arignote.ir.text.IrPrinter;
import arignote.reference.Interpreter;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FuseElementwiseTest {
  private static Graph fuse(String text) {
    Graph fused = new FuseElementwise().apply(IrParser.parse(text).graph());
    GraphVerifier.verify(fused);
    return fused;
  }

  private static void assertFuses(String before, String after) {
    String expected = IrPrinter.print("g", IrParser.parse(after).graph());
    assertEquals(expected, IrPrinter.print("g", fuse(before)));
  }

  private static void assertKept(String text) {
    Graph graph = IrParser.parse(text).graph();
    assertSame(graph, new FuseElementwise().apply(graph));
  }

  @Test
  void valuesUsedOutsideBecomeOutputsAndBroadcastsMoveIn() {
    assertFuses(
        """
        graph @g(%x: f32[B,4], %w: f32[4,4], %b: f32[4]) -> f32[B,4], f32[B,4] {
          %0 = dot(%x, %w) : f32[B,4]
          %1 = broadcast(%b) : f32[B,4]
          %2 = add(%0, %1) : f32[B,4]
          %3 = tanh(%2) : f32[B,4]
          return %2, %3
        }
        """,
        """
        graph @g(%x: f32[B,4], %w: f32[4,4], %b: f32[4]) -> f32[B,4], f32[B,4] {
          %0 = dot(%x, %w) : f32[B,4]
          %1, %2 = fused {
            with %x0: f32[B,4] = %0
            with %b: f32[4] = %b
            %3 = broadcast(%b) : f32[B,4]
            %4 = add(%x0, %3) : f32[B,4]
            %5 = tanh(%4) : f32[B,4]
            yield %4, %5
          } : f32[B,4], f32[B,4]
          return %1, %2
        }
        """);
  }

  @Test
  void aPathThroughAnotherNodeKeepsGroupsApart() {
    // exp and add cannot be one loop: the dot needs the one and makes the other's operand.
    Graph fused =
        fuse(
            """
            graph @g(%x: f32[4,4]) -> f32[4,4] {
              %0 = neg(%x) : f32[4,4]
              %1 = exp(%0) : f32[4,4]
              %2 = dot(%1, %1) : f32[4,4]
              %3 = add(%1, %2) : f32[4,4]
              %4 = tanh(%3) : f32[4,4]
              return %4
            }
            """);
    assertEquals(List.of("fused 2", "dot", "fused 2"), summary(fused));
  }

  @Test
  void aNodeJoinsTheLoopOfItsConsumerWhereNothingIsBefore() {
    // neg could run before the dot, alone; it moves down into the loop that uses it.
    Graph fused =
        fuse(
            """
            graph @g(%x: f32[4,4]) -> f32[4,4] {
              %0 = neg(%x) : f32[4,4]
              %1 = dot(%x, %x) : f32[4,4]
              %2 = add(%0, %1) : f32[4,4]
              return %2
            }
            """);
    assertEquals(List.of("dot", "fused 2"), summary(fused));
  }

  @Test
  void fillsSizesAndScalarsOfTheseMoveIn() {
    assertFuses(
        """
        graph @g(%x: f32[T,B]) -> f32[T,B] {
          %0 = dim_size() {dim=T*B} : i64
          %1 = cast(%0) {to=f32} : f32
          %2 = broadcast(%1) : f32[T,B]
          %3 = div(%x, %2) : f32[T,B]
          return %3
        }
        """,
        """
        graph @g(%x: f32[T,B]) -> f32[T,B] {
          %0 = fused {
            with %x: f32[T,B] = %x
            %1 = dim_size() {dim=T*B} : i64
            %2 = cast(%1) {to=f32} : f32
            %3 = broadcast(%2) : f32[T,B]
            %4 = div(%x, %3) : f32[T,B]
            yield %4
          } : f32[T,B]
          return %0
        }
        """);
  }

  @Test
  void aSingleOpStaysAsItIs() {
    assertKept(
        """
        graph @g(%x: f32[3,4], %b: f32[4]) -> f32[3,4] {
          %0 = broadcast(%b) : f32[3,4]
          %1 = add(%x, %0) : f32[3,4]
          return %1
        }
        """);
  }

  @Test
  void shapesAreNotMixed() {
    assertKept(
        """
        graph @g(%x: f32[4]) -> f32[3,4] {
          %0 = exp(%x) : f32[4]
          %1 = broadcast(%0) : f32[3,4]
          %2 = neg(%1) : f32[3,4]
          return %2
        }
        """);
  }

  @Test
  void bodiesOfScansAreFused() {
    Graph fused =
        fuse(
            """
            graph @g(%x: f32[T,4], %h: f32[4]) -> f32[4] {
              %0 = scan {
                over %e: f32[4] = %x
                carry %c: f32[4] = %h
                %1 = add(%e, %c) : f32[4]
                %2 = tanh(%1) : f32[4]
                next %2
              } : f32[4]
              return %0
            }
            """);
    assertTrue(IrPrinter.print(fused).contains("fused"), IrPrinter.print(fused));
  }

  @Test
  void longChainsAreCutIntoPieces() {
    Input x = new Input("x", TensorType.of(DType.F32, 8));
    Variable y = x;
    for (int i = 0; i < 100_000; i++) {
      y = Apply.of(new Unary(UnaryFn.NEG), List.of(y)).result();
    }
    Graph fused = new FuseElementwise().apply(new Graph(List.of(x), List.of(y)));
    int most = FuseElementwise.MOST_OPS;
    assertEquals((100_000 + most - 1) / most, fused.applies().size());
  }

  /// Each node by its mnemonic, loops with the number of their elementwise ops.
  private static List<String> summary(Graph graph) {
    return graph.applies().stream()
        .map(apply ->
            apply.op() instanceof Fused(Graph body)
                ? "fused "
                    + body.applies().stream()
                        .filter(inner -> FusionLevels.isElementwise(inner.op()))
                        .count()
                : apply.op().mnemonic())
        .toList();
  }

  @Test
  void randomGraphsComputeTheSame() {
    long seed = 2024;
    Random random = new Random(seed);
    int loops = 0;
    for (int round = 0; round < 150; round++) {
      Graph graph = randomGraph(random);
      Graph fused = new FuseElementwise().apply(graph);
      GraphVerifier.verify(fused);
      loops += (int) fused.applies().stream().filter(a -> a.op() instanceof Fused).count();
      List<HostTensor> inputs = new ArrayList<>();
      for (Input input : graph.inputs()) {
        HostTensor value = HostTensor.zeros(DType.F32, 3, 3);
        for (int i = 0; i < 9; i++) {
          value.setDouble(i, random.nextInt(-2, 3));
        }
        assertEquals(DType.F32, input.type().dtype());
        inputs.add(value);
      }
      List<HostTensor> expected = Interpreter.evaluate(graph, inputs);
      List<HostTensor> found = Interpreter.evaluate(fused, inputs);
      for (int i = 0; i < expected.size(); i++) {
        assertTrue(
            expected.get(i).sameAs(found.get(i)),
            "seed %d, round %d: %s".formatted(seed, round, IrPrinter.print(fused)));
      }
    }
    assertTrue(loops > 150, "seed " + seed + ": only " + loops + " loops");
  }

  private static Graph randomGraph(Random random) {
    TensorType type = TensorType.of(DType.F32, Dim.of(3), Dim.of(3));
    List<Input> inputs = List.of(new Input("x", type), new Input("y", type));
    List<Variable> values = new ArrayList<>(inputs);
    for (int i = 0; i < 30; i++) {
      Variable left = values.get(random.nextInt(values.size()));
      Variable right = values.get(random.nextInt(values.size()));
      Op op =
          switch (random.nextInt(8)) {
            case 0 -> new Dot(0);
            case 1, 2 -> new Unary(UnaryFn.SIGN);
            case 3 -> new Binary(BinaryFn.MINIMUM);
            case 4 -> new Binary(BinaryFn.MAXIMUM);
            default -> new Binary(BinaryFn.SUB);
          };
      List<Variable> operands = op instanceof Unary ? List.of(left) : List.of(left, right);
      values.add(Apply.of(op, operands).result());
    }
    List<Variable> outputs = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      outputs.add(values.get(values.size() - 1 - random.nextInt(10)));
    }
    return new Graph(inputs, outputs);
  }
}
