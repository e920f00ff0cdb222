package arignote.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.text.IrParser;
import arignote.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphTest {
  private static final String DIAMOND =
      """
      graph @main(%x: f32, %unused: f32) -> f32, f32 {
        shared @b : f32
        shared @a : f32
        %0 = exp(%x) : f32
        %1 = add(%0, @b) : f32
        %2 = mul(%0, @a) : f32
        %3 = add(%1, %2) : f32
        return %3, @a
      }
      """;

  private static List<String> mnemonics(List<Apply> applies) {
    return applies.stream().map(apply -> apply.op().mnemonic()).toList();
  }

  @Test
  void nodesComeOnceAndBehindTheirOperands() {
    Graph graph = IrParser.parse(DIAMOND).graph();
    assertEquals(List.of("exp", "add", "mul", "add"), mnemonics(graph.applies()));
    assertEquals(graph.applies(), graph.applies());
    assertEquals(
        List.of("exp", "mul"),
        mnemonics(Graph.appliesOf(List.of(graph.applies().get(2).result()))));
  }

  @Test
  void leavesComeInOrderOfUse() {
    Graph graph = IrParser.parse(DIAMOND).graph();
    assertEquals(List.of("b", "a"), graph.shared().stream().map(Shared::name).toList());
    assertEquals(3, graph.leaves().size());
    assertEquals(graph.inputs().getFirst(), graph.leaves().iterator().next());
  }

  @Test
  void outputsThatNoNodeComputesAreLeaves() {
    Graph graph =
        IrParser.parse("graph @f(%x: f32) -> f32, f32 { shared @w : f32 return %x, @w }").graph();
    assertEquals(List.of(), graph.applies());
    assertEquals(graph.outputs(), List.copyOf(graph.leaves()));
  }

  @Test
  void equalityIsThatOfTheVariables() {
    Graph graph = IrParser.parse(DIAMOND).graph();
    assertEquals(graph, new Graph(graph.inputs(), graph.outputs()));
    assertNotEquals(graph, IrParser.parse(DIAMOND).graph());
  }

  /// Each node uses the one before twice: a walk that forgot what it has seen would never end.
  @Test
  void longChainsAndManyPathsAreNoTrouble() {
    Input x = new Input("x", TensorType.scalar(DType.F32));
    Variable last = x;
    for (int i = 0; i < 100_000; i++) {
      last = Apply.of(new Binary(BinaryFn.ADD), List.of(last, last), Site.UNKNOWN).result();
    }
    Graph graph = new Graph(List.of(x), List.of(last));
    assertEquals(100_000, graph.applies().size());
    assertEquals(1, graph.leaves().size());
    GraphVerifier.verify(graph);
    Input y = new Input("y", TensorType.scalar(DType.F32));
    Graph replaced = new Substitution().put(x, y).apply(graph);
    assertEquals(100_000, replaced.applies().size());
    assertEquals(List.of(y), replaced.inputs());
    Closure closure = Closure.of(List.of(x), List.of(last));
    assertEquals(List.of(), closure.captured());
  }
}
