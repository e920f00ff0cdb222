package arignote.backend.cpu;

import static arignote.backend.cpu.Compiled.random;
import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.ir.Graph;
import arignote.ir.text.IrParser;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Loops whose rows are divided among threads: every form that a carry can have.
class RowPartTest {
  private static final long SEED = 4;

  private static final String LOOP =
      """
      graph @rows(%x: f32[T,B,96], %u: f32[96,96], %a: f32[B,96], %t: f32[96,B], %b: f32[B,1])
          -> f32[B,96], f32[B,96], f32[B,96], f32[B,96], f32[T,B,96], f32[T,B,2] {
        %0, %1, %2, %3, %4, %5 = scan {
          over  %e: f32[B,96] = %x
          carry %stacked: f32[B,96] = %a
          carry %same: f32[B,96] = %a
          carry %added: f32[B,96] = %a
          carry %turns: f32[B,96] = %a
          with  %u: f32[96,96] = %u
          with  %t: f32[96,B] = %t
          with  %b: f32[B,1] = %b
          %6 = dot(%stacked, %u) : f32[B,96]
          %7 = add(%6, %e) : f32[B,96]
          %8 = tanh(%7) : f32[B,96]
          %9 = broadcast(%b) : f32[B,96]
          %10 = mul(%added, %9) : f32[B,96]
          %11 = gemm(%8, %u, %10) : f32[B,96]
          %12 = transpose(%t) {permutation=[1, 0]} : f32[B,96]
          %13 = mul(%turns, %12) : f32[B,96]
          %14 = sub(%13, %turns) : f32[B,96]
          %15 = add(%14, %same) : f32[B,96]
          %16 = slice(%turns) {axis=1, size=2, start=3, step=1} : f32[B,2]
          next  %8, %same, %11, %15
          stack %8, %16
        } : f32[B,96], f32[B,96], f32[B,96], f32[B,96], f32[T,B,96], f32[T,B,2]
        return %0, %1, %2, %3, %4, %5
      }
      """;

  private static List<HostTensor> arguments(int steps, int rows) {
    Random random = new Random(SEED);
    List<HostTensor> arguments =
        List.of(
            random(random, DType.F32, steps, rows, 96),
            random(random, DType.F32, 96, 96),
            random(random, DType.F32, rows, 96),
            random(random, DType.F32, 96, rows),
            random(random, DType.F32, rows, 1));
    // So that nothing grows from step to step.
    for (int i : new int[] {1, 3, 4}) {
      HostTensor tensor = arguments.get(i);
      for (long j = 0; j < tensor.size(); j++) {
        tensor.setDouble(j, tensor.getDouble(j) * 0.1);
      }
    }
    return arguments;
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 17, 64})
  void everyNumberOfThreadsGivesTheSame(int rows) {
    Graph graph = IrParser.parse(LOOP).graph();
    List<HostTensor> arguments = arguments(61, rows);
    List<HostTensor> one = Compiled.of(graph, List.of(), 1).call(arguments);
    for (int threads : new int[] {2, 3, 8}) {
      Compiled several = Compiled.of(graph, List.of(), threads);
      for (int call = 1; call <= 2; call++) {
        List<HostTensor> found = several.call(arguments);
        for (int i = 0; i < found.size(); i++) {
          Compiled.assertClose(one.get(i), found.get(i), 1e-6, threads + " threads, result " + i);
        }
      }
    }
    Compiled.of(graph, List.of(), 2).assertAgrees(1e-4, arguments.toArray(HostTensor[]::new));
  }

  @Test
  void backwardsInTime() {
    Graph graph = IrParser.parse(LOOP.replace("= scan {", "= scan {reverse=true} {")).graph();
    Compiled.of(graph, List.of(), 2)
        .assertAgrees(1e-4, arguments(61, 16).toArray(HostTensor[]::new));
  }

  @Test
  void productsHaveTheSameBitsForSomeRowsAsForAll() {
    Random random = new Random(SEED);
    HostTensor x = random(random, DType.F32, 23, 300);
    HostTensor y = random(random, DType.F32, 300, 83);
    Graph graph =
        IrParser.parse(
                """
                graph @product(%x: f32[M,K], %y: f32[K,N]) -> f32[M,N] {
                  %0 = dot(%x, %y) : f32[M,N]
                  return %0
                }
                """)
            .graph();
    Compiled compiled = Compiled.of(graph);
    HostTensor all = compiled.call(x, y).getFirst();
    for (int rows = 2; rows < 23; rows++) {
      HostTensor some = HostTensor.zeros(DType.F32, rows, 300);
      for (long i = 0; i < some.size(); i++) {
        some.setDouble(i, x.getDouble(i));
      }
      HostTensor found = compiled.call(some, y).getFirst();
      int count = rows;
      assertEquals(
          IntStream.range(0, rows * 83).mapToObj(all::getDouble).toList(),
          IntStream.range(0, rows * 83).mapToObj(found::getDouble).toList(),
          () -> count + " rows");
    }
  }

  /// There the right operand is packed, and read panel by panel; of many rows block by block.
  @ParameterizedTest
  @ValueSource(ints = {8, 600})
  void productsInLoopsHaveTheSameBitsAsOutside(int rows) {
    Random random = new Random(SEED);
    HostTensor x = random(random, DType.F32, 3, rows, 300);
    HostTensor y = random(random, DType.F32, 300, 140);
    Graph graph =
        IrParser.parse(
                """
                graph @product(%x: f32[3,B,300], %y: f32[300,140])
                    -> f32[3,B,140], f32[3*B,140] {
                  %0 = scan {
                    over %e: f32[B,300] = %x
                    with %w: f32[300,140] = %y
                    %1 = dot(%e, %w) : f32[B,140]
                    stack %1
                  } : f32[3,B,140]
                  %2 = reshape(%x) {shape=[3*B, 300]} : f32[3*B,300]
                  %3 = dot(%2, %y) : f32[3*B,140]
                  return %0, %3
                }
                """)
            .graph();
    for (int threads : new int[] {1, 2}) {
      Compiled compiled = Compiled.of(graph, List.of(), threads);
      List<HostTensor> found = compiled.call(x, y);
      assertEquals(
          IntStream.range(0, 3 * rows * 140).mapToObj(found.get(1)::getDouble).toList(),
          IntStream.range(0, 3 * rows * 140).mapToObj(found.get(0)::getDouble).toList());
      compiled.assertAgrees(1e-4, x, y);
    }
  }
}
