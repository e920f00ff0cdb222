package arignote.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Graph;
import arignote.ir.text.IrParser;
import arignote.tensor.HostTensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexingTest {
  /// Many updates of few places, so that an order that changes would show.
  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        graph @g(%x: f32[50,40], %i: i64[9000], %u: f32[9000,40]) -> f32[50,40], f32[9000,40] {
          %0 = scatter_add(%x, %i, %u) {axis=0} : f32[50,40]
          %1 = gather(%0, %i) {axis=0} : f32[9000,40]
          return %0, %1
        }
        """,
        """
        graph @g(%x: f32[50,40], %i: i64[9000], %u: f32[9000,40]) -> f32[50,40], f32[9000,40] {
          %0 = scatter_set(%x, %i, %u) {axis=0} : f32[50,40]
          %1 = gather(%x, %i) {axis=0} : f32[9000,40]
          return %0, %1
        }
        """,
        """
        graph @g(%x: f32[3,4,50,7], %i: i64[3,5000], %u: f32[3,4,5000,7]) -> f32[3,4,50,7], f32[3,4,5000,7] {
          %0 = scatter_add(%x, %i, %u) {axis=2, batch=1} : f32[3,4,50,7]
          %1 = gather(%0, %i) {axis=2, batch=1} : f32[3,4,5000,7]
          return %0, %1
        }
        """
      })
  void everyNumberOfThreadsGivesTheSameBits(String text) {
    Graph graph = IrParser.parse(text).graph();
    Random random = new Random(2);
    HostTensor[] arguments =
        graph.inputs().stream()
            .map(input ->
                Compiled.random(
                    random,
                    input.type().dtype(),
                    input.type().shape().stream()
                        .mapToLong(dim -> dim.constant().orElseThrow())
                        .toArray()))
            .toArray(HostTensor[]::new);
    for (long i = 0; i < arguments[1].size(); i++) {
      arguments[1].setLong(i, random.nextInt(50));
    }
    List<HostTensor> one = Compiled.of(graph, List.of(), 1).call(arguments);
    Compiled.of(graph, List.of(), 1).assertAgrees(1e-3, arguments);
    for (int threads : new int[] {2, 3, 8}) {
      List<HostTensor> several = Compiled.of(graph, List.of(), threads).call(arguments);
      for (int i = 0; i < one.size(); i++) {
        assertTrue(one.get(i).sameAs(several.get(i)), threads + " threads, result " + i);
      }
    }
  }
}
