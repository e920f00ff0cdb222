package arignote.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Graph;
import arignote.ir.text.IrParser;
import arignote.reference.Interpreter;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Products that follow each other and have the same right operand are one instruction.
class JoinedProductsTest {
  private static final long SEED = 11;

  private static Graph graph(String text) {
    return IrParser.parse(text).graph();
  }

  private static List<HostTensor> arguments(Graph graph) {
    Random random = new Random(SEED);
    return graph.inputs().stream()
        .map(input ->
            Compiled.random(
                random,
                DType.F32,
                input.type().shape().stream()
                    .mapToLong(dim -> dim.constant().getAsLong())
                    .toArray()))
        .toList();
  }

  private static boolean isJoined(Graph graph, int threads) {
    Compiled compiled = Compiled.of(graph, List.of(), threads);
    List<HostTensor> arguments = arguments(graph);
    compiled.assertAgrees(1e-4, arguments.toArray(HostTensor[]::new));
    return compiled
        .executable()
        .plan(Interpreter.bind(graph, arguments))
        .toString()
        .contains("joined");
  }

  /// The gradients of two weights, as a recurrent layer has them.
  private static final String WEIGHTS =
      """
      graph @weights(%x: f32[300,30], %h: f32[300,37], %dz: f32[300,600])
          -> f32[30,600], f32[37,600] {
        %0 = transpose(%x) {permutation=[1, 0]} : f32[30,300]
        %1 = transpose(%h) {permutation=[1, 0]} : f32[37,300]
        %2 = dot(%0, %dz) : f32[30,600]
        %3 = dot(%1, %dz) : f32[37,600]
        return %2, %3
      }
      """;

  @Test
  void haveTheBitsOfEachAlone() {
    Graph both = graph(WEIGHTS);
    List<HostTensor> arguments = arguments(both);
    for (int threads = 1; threads <= 3; threads++) {
      assertTrue(isJoined(both, threads));
      List<HostTensor> joined = Compiled.of(both, List.of(), threads).call(arguments);
      for (int i = 0; i < 2; i++) {
        Graph one = new Graph(both.inputs(), List.of(both.outputs().get(i)));
        assertTrue(Compiled.of(one).call(arguments).getFirst().sameAs(joined.get(i)));
      }
    }
  }

  /// What the first product reads is no longer needed once it has run, but while the second runs
  /// beside it.
  @Test
  void keepWhatOneAloneWouldHaveLeft() {
    Graph chain =
        graph(
            """
            graph @chain(%x: f32[60,40], %y: f32[40,60]) -> f32[60,60] {
              %0 = exp(%x) : f32[60,40]
              %1 = dot(%0, %y) : f32[60,60]
              %2 = dot(%x, %y) : f32[60,60]
              %3 = sub(%1, %2) : f32[60,60]
              return %3
            }
            """);
    assertTrue(isJoined(chain, 1));
    assertTrue(isJoined(chain, 2));
  }

  @Test
  void stayApartWhereOneNeedsTheOther() {
    assertFalse(
        isJoined(
            graph(
                """
                graph @power(%x: f32[40,40], %y: f32[40,40]) -> f32[40,40] {
                  %0 = dot(%x, %y) : f32[40,40]
                  %1 = dot(%0, %y) : f32[40,40]
                  return %1
                }
                """),
            1));
  }

  /// The second product is added where the first one's left operand lies.
  @Test
  void stayApartWhereOneOverwritesTheOther() {
    assertFalse(
        isJoined(
            graph(
                """
                graph @over(%x: f32[40,40], %y: f32[40,40]) -> f32[40,40], f32[40,40] {
                  %0 = exp(%x) : f32[40,40]
                  %1 = dot(%0, %y) : f32[40,40]
                  %2 = gemm(%x, %y, %0) : f32[40,40]
                  %3 = neg(%2) : f32[40,40]
                  return %1, %3
                }
                """),
            1));
  }

  @Test
  void stayApartWhereRightOperandsDiffer() {
    assertFalse(
        isJoined(
            graph(
                """
                graph @halves(%x: f32[40,40], %y: f32[40,80]) -> f32[40,40], f32[40,40] {
                  %0 = slice(%y) {axis=1, start=0, size=40, step=1} : f32[40,40]
                  %1 = slice(%y) {axis=1, start=40, size=40, step=1} : f32[40,40]
                  %2 = dot(%x, %0) : f32[40,40]
                  %3 = dot(%x, %1) : f32[40,40]
                  return %2, %3
                }
                """),
            1));
  }

  @Test
  void stayApartWhereRowsAreMany() {
    assertFalse(
        isJoined(
            graph(WEIGHTS.replace("30,", "900,").replace(",30]", ",900]").replace("37", "200")),
            2));
  }
}
