package arignote.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.ir.Bindings;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// How much memory programs need for intermediate values.
class ArenaTest {
  private static long arena(Compiled compiled, Bindings bindings) {
    return compiled.executable().plan(bindings).memory();
  }

  @Test
  void aScatterIntoZerosIsDoneWhereTheResultBelongs() {
    Compiled compiled =
        Compiled.parse(
            """
            graph @f(%index: i64[N], %x: f32[N,8], %y: f32[N,8]) -> f32[1000,8] {
              %0 = fill() {value=0.0} : f32[1000,8]
              %1 = scatter_add(%0, %index, %x) {axis=0} : f32[1000,8]
              %2 = scatter_add(%1, %index, %y) {axis=0} : f32[1000,8]
              return %2
            }
            """);
    assertEquals(0, arena(compiled, new Bindings().put("N", 2)));
    compiled.assertAgrees(
        0,
        HostTensor.of(new long[] {3, 3}),
        HostTensor.ofArray(new float[2][8]),
        HostTensor.ofArray(new float[][] {{1, 2, 3, 4, 5, 6, 7, 8}, {1, 1, 1, 1, 1, 1, 1, 1}}));
  }

  @Test
  void aScatterIntoWhatIsNeededOtherwiseIsNot() {
    Compiled compiled =
        Compiled.parse(
            """
            graph @f(%index: i64[N], %x: f32[N,8]) -> f32[10,8], f32[10,8] {
              %0 = fill() {value=1.0} : f32[10,8]
              %1 = scatter_add(%0, %index, %x) {axis=0} : f32[10,8]
              %2 = exp(%0) : f32[10,8]
              return %1, %2
            }
            """);
    compiled.assertAgrees(
        1e-6, HostTensor.of(new long[] {3, 3}), Compiled.random(new Random(1), DType.F32, 2, 8));
  }

  @Test
  void zerosTakeMemoryOnlyWhenTheyAreNeeded() {
    Compiled compiled =
        Compiled.parse(
            """
            graph @f(%index: i64[N], %x: f32[1000,8]) -> f32[1000,8], f32[N,8] {
              %0 = fill() {value=0.0} : f32[1000,8]
              %1 = exp(%x) : f32[1000,8]
              %2 = gather(%1, %index) {axis=0} : f32[N,8]
              %3 = scatter_add(%0, %index, %2) {axis=0} : f32[1000,8]
              %4 = exp(%3) : f32[1000,8]
              return %4, %2
            }
            """);
    assertEquals(1000 * 8 * 4, arena(compiled, new Bindings().put("N", 2)));
  }
}
