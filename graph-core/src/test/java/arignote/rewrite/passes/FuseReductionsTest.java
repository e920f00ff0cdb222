package arignote.rewrite.passes;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import arignote.ir.op.Broadcast;
import arignote.ir.op.Dot;
import arignote.ir.op.Fused;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Reshape;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.ir.text.IrParser;
import arignote.ir.text.IrPrinter;
import arignote.reference.Interpreter;
import arignote.rewrite.Pass;
import arignote.rewrite.Rewriting;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FuseReductionsTest {
  private static final Pass BOTH = Rewriting.inTurn(new FuseElementwise(), new FuseReductions());

  @Test
  void theLoopsAroundReductionsJoinThem() {
    Rewriting.assertRewrites(
        BOTH,
        """
        graph @norm(%x: f64[B,C], %k: f64[B]) -> f64[B,C] {
          %0 = square(%x) : f64[B,C]
          %1 = sum(%0) {axes=[1]} : f64[B]
          %2 = add(%1, %k) : f64[B]
          %3 = exp(%2) : f64[B]
          %4 = reshape(%3) : f64[B,1]
          %5 = broadcast(%4) : f64[B,C]
          %6 = div(%x, %5) : f64[B,C]
          return %6
        }
        """,
        """
        graph @norm(%x: f64[B,C], %k: f64[B]) -> f64[B,C] {
          %0 = fused {
            with %x: f64[B,C] = %x
            with %k: f64[B] = %k
            %1 = square(%x) : f64[B,C]
            %2 = sum(%1) {axes=[1]} : f64[B]
            %3 = add(%2, %k) : f64[B]
            %4 = exp(%3) : f64[B]
            %5 = reshape(%4) : f64[B,1]
            %6 = broadcast(%5) : f64[B,C]
            %7 = div(%x, %6) : f64[B,C]
            yield %7
          } : f64[B,C]
          return %0
        }
        """);
  }

  @Test
  void twoReductionsOfOneOperandMeetInWhatNeedsBoth() {
    Graph graph =
        fuse(
            """
            graph @g(%x: f32[B,C]) -> f32[B] {
              %0 = max(%x) {axes=[1]} : f32[B]
              %1 = min(%x) {axes=[1]} : f32[B]
              %2 = sub(%0, %1) : f32[B]
              return %2
            }
            """);
    assertEquals(List.of("fused"), mnemonics(graph));
  }

  @Test
  void reductionsAlongOtherAxesAreOtherLoops() {
    Graph graph =
        fuse(
            """
            graph @g(%x: f32[A,B,C]) -> f32[A,B], f32[A] {
              %0 = square(%x) : f32[A,B,C]
              %1 = sum(%0) {axes=[2]} : f32[A,B]
              %2 = exp(%x) : f32[A,B,C]
              %3 = sum(%2) {axes=[1,2]} : f32[A]
              return %1, %3
            }
            """);
    assertEquals(List.of("fused", "fused"), mnemonics(graph));
  }

  @Test
  void aLoopThatReadsARowTheWrongWayStaysOutside() {
    // The same sums are repeated along rows, where they belong, and along columns.
    Graph graph =
        fuse(
            """
            graph @g(%x: f32[N,N]) -> f32[N,N] {
              %0 = exp(%x) : f32[N,N]
              %1 = sum(%0) {axes=[1]} : f32[N]
              %2 = reshape(%1) : f32[N,1]
              %3 = broadcast(%2) : f32[N,N]
              %4 = broadcast(%1) : f32[N,N]
              %5 = add(%3, %4) : f32[N,N]
              %6 = mul(%5, %0) : f32[N,N]
              return %6
            }
            """);
    assertEquals(List.of("fused", "fused"), mnemonics(graph));
  }

  @Test
  void loopsDoNotGrowWithoutEnd() {
    Input x = new Input("x", TensorType.of(DType.F32, 4, 8));
    Variable y = x;
    for (int i = 0; i < 3000; i++) {
      Variable sum = Apply.of(new Reduce(ReduceFn.SUM, List.of(1)), List.of(y)).result();
      y = Apply.of(new Binary(BinaryFn.SUB), List.of(y, repeated(sum))).result();
    }
    Graph graph = BOTH.apply(new Graph(List.of(x), List.of(y)));
    GraphVerifier.verify(graph);
    for (Apply apply : graph.applies()) {
      if (apply.op() instanceof Fused(Graph body)) {
        assertTrue(body.applies().size() <= 2 * FuseElementwise.MOST_OPS);
      }
    }
    assertTrue(graph.applies().size() < 3000);
  }

  private static Variable repeated(Variable sum) {
    Variable padded = Apply.of(new Reshape(List.of(Dim.of(4), Dim.of(1))), List.of(sum)).result();
    return Apply.of(new Broadcast(List.of(Dim.of(4), Dim.of(8))), List.of(padded)).result();
  }

  private static Graph fuse(String text) {
    Graph graph = IrParser.parse(text).graph();
    Graph fused = BOTH.apply(graph);
    GraphVerifier.verify(fused);
    Rewriting.assertSameValues(graph, fused);
    return fused;
  }

  private static List<String> mnemonics(Graph graph) {
    return graph.applies().stream().map(apply -> apply.op().mnemonic()).toList();
  }

  @Test
  void randomGraphsComputeTheSame() {
    long seed = Long.getLong("seed", 2025);
    Random random = new Random(seed);
    int loops = 0;
    for (int round = 0; round < 200; round++) {
      Graph graph = randomGraph(random);
      Graph fused = BOTH.apply(graph);
      GraphVerifier.verify(fused);
      loops +=
          (int)
              fused.applies().stream()
                  .filter(apply -> apply.op() instanceof Fused of && of.reduces())
                  .count();
      HostTensor value = HostTensor.zeros(DType.F32, 3, 3);
      for (int i = 0; i < 9; i++) {
        value.setDouble(i, random.nextInt(-2, 3));
      }
      List<HostTensor> expected = Interpreter.evaluate(graph, List.of(value));
      List<HostTensor> found = Interpreter.evaluate(fused, List.of(value));
      for (int i = 0; i < expected.size(); i++) {
        assertTrue(
            expected.get(i).sameAs(found.get(i)),
            "seed %d, round %d: %s".formatted(seed, round, IrPrinter.print(fused)));
      }
    }
    assertTrue(loops > 200, "seed " + seed + ": only " + loops + " loops");
  }

  /// Matrices and vectors of one length, so that all shapes fit and only the axes differ.
  private static Graph randomGraph(Random random) {
    List<Dim> square = List.of(Dim.of(3), Dim.of(3));
    Input x = new Input("x", TensorType.of(DType.F32, 3, 3));
    List<Variable> matrices = new ArrayList<>(List.of(x));
    List<Variable> vectors = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      Variable left = matrices.get(random.nextInt(matrices.size()));
      Variable right = matrices.get(random.nextInt(matrices.size()));
      int kind = vectors.isEmpty() ? random.nextInt(5) : random.nextInt(10);
      switch (kind) {
        case 0, 1 -> {
          List<Integer> axes = List.of(random.nextInt(4) == 0 ? 0 : 1);
          vectors.add(Apply.of(new Reduce(ReduceFn.MAX, axes), List.of(left)).result());
        }
        case 2 -> matrices.add(Apply.of(new Dot(0), List.of(left, right)).result());
        case 3 -> matrices.add(Apply.of(new Unary(UnaryFn.SIGN), List.of(left)).result());
        case 4 ->
            matrices.add(Apply.of(new Binary(BinaryFn.MINIMUM), List.of(left, right)).result());
        default -> {
          Variable vector = vectors.get(random.nextInt(vectors.size()));
          switch (kind) {
            case 5 -> vectors.add(Apply.of(new Unary(UnaryFn.SIGN), List.of(vector)).result());
            case 6 -> {
              Variable repeated = Apply.of(new Broadcast(square), List.of(vector)).result();
              matrices.add(
                  Apply.of(new Binary(BinaryFn.SUB), List.of(left, repeated)).result());
            }
            default -> {
              Variable padded =
                  Apply.of(new Reshape(List.of(Dim.of(3), Dim.of(1))), List.of(vector)).result();
              Variable repeated = Apply.of(new Broadcast(square), List.of(padded)).result();
              matrices.add(
                  Apply.of(new Binary(BinaryFn.SUB), List.of(left, repeated)).result());
            }
          }
        }
      }
    }
    List<Variable> outputs = new ArrayList<>(matrices.subList(matrices.size() - 1, matrices.size()));
    if (!vectors.isEmpty()) {
      outputs.add(vectors.getLast());
    }
    outputs.add(matrices.get(random.nextInt(matrices.size())));
    return new Graph(List.of(x), outputs);
  }
}
