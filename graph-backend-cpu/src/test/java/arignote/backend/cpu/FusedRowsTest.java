package arignote.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.EvaluationException;
import arignote.ir.Graph;
import arignote.ir.text.IrParser;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FusedRowsTest {
  private static final String SOFTMAX =
      """
      graph @softmax(%x: f32[B,C]) -> f32[B,C], f32[B] {
        %0, %1 = fused {
          with %x: f32[B,C] = %x
          %2 = max(%x) {axes=[1]} : f32[B]
          %3 = reshape(%2) : f32[B,1]
          %4 = broadcast(%3) : f32[B,C]
          %5 = sub(%x, %4) : f32[B,C]
          %6 = exp(%5) : f32[B,C]
          %7 = sum(%6) {axes=[1]} : f32[B]
          %8 = reshape(%7) : f32[B,1]
          %9 = broadcast(%8) : f32[B,C]
          %10 = div(%6, %9) : f32[B,C]
          %11 = log(%7) : f32[B]
          yield %10, %11
        } : f32[B,C], f32[B]
        return %0, %1
      }
      """;

  /// Rows of all kinds of lengths, short ones and few ones among them, which are no loop over rows.
  @ParameterizedTest
  @CsvSource({"3,1", "1,3", "100,3", "5,17", "65,15", "4,5000", "1,70000", "2,40000", "300,130"})
  void rowsOfAnyLength(long rows, long length) {
    HostTensor x = Compiled.random(new Random(rows), DType.F32, rows, length);
    Graph graph = IrParser.parse(SOFTMAX).graph();
    for (int threads : new int[] {1, 2, 5}) {
      Compiled.of(graph, List.of(), threads).assertAgrees(1e-6, x);
    }
  }

  /// Rows of less than a piece, of several, of several blocks; fewer of them than threads, and
  /// none.
  @ParameterizedTest
  @CsvSource({"0,100", "1,1001", "3,70001", "9,4095", "9,4097", "9,70001", "300,17", "300,64"})
  void specialValuesStayInTheirRows(long rows, long length) {
    HostTensor x = Compiled.random(new Random(length), DType.F32, rows, length);
    double[] special = {
      Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, -0.0, 0.0, Float.MAX_VALUE
    };
    for (int row = 0; row < rows; row += 2) {
      for (int i = 0; i < 3; i++) {
        long position = row * length + (row * 31L + i * (length / 3)) % length;
        x.setDouble(position, special[row / 2 % special.length]);
      }
    }
    Graph graph = IrParser.parse(SOFTMAX).graph();
    List<HostTensor> one = Compiled.of(graph, List.of(), 1).call(x);
    for (int threads : new int[] {1, 2, 8}) {
      Compiled several = Compiled.of(graph, List.of(), threads);
      several.assertAgrees(1e-6, x);
      if (threads <= rows) {
        assertTrue(one.getFirst().sameAs(several.call(x).getFirst()), threads + " threads");
      }
    }
  }

  /// Rows that do not lie in one stretch of memory, from one piece to several blocks.
  @ParameterizedTest
  @CsvSource({"3,40,17", "70,40,100", "700,9,120", "3,9,30001"})
  void rowsOfSeveralStretches(long outer, long rows, long inner) {
    Graph graph =
        IrParser.parse(
                """
                graph @centred(%x: f32[A,B,C]) -> f32[A,B,C] {
                  %0 = fused {
                    with %x: f32[A,B,C] = %x
                    %1 = max(%x) {axes=[0, 2]} : f32[B]
                    %2 = reshape(%1) : f32[1,B,1]
                    %3 = broadcast(%2) : f32[A,B,C]
                    %4 = sub(%x, %3) : f32[A,B,C]
                    %5 = square(%4) : f32[A,B,C]
                    %6 = sum(%5) {axes=[0, 2]} : f32[B]
                    %7 = reshape(%6) : f32[1,B,1]
                    %8 = broadcast(%7) : f32[A,B,C]
                    %9 = div(%5, %8) : f32[A,B,C]
                    yield %9
                  } : f32[A,B,C]
                  return %0
                }
                """)
            .graph();
    HostTensor x = Compiled.random(new Random(outer), DType.F32, outer, rows, inner);
    List<HostTensor> one = Compiled.of(graph, List.of(), 1).call(x);
    for (int threads : new int[] {1, 2, 8}) {
      Compiled several = Compiled.of(graph, List.of(), threads);
      several.assertAgrees(1e-5, x);
      assertTrue(one.getFirst().sameAs(several.call(x).getFirst()), threads + " threads");
    }
  }

  @Test
  void operandsMayLieAsTheyLike() {
    Compiled compiled =
        Compiled.parse(
            """
            graph @strided(%x: f32[C,B], %y: f32[B,C], %k: f32[B]) -> f32[B,C], f32[B], bool[B] {
              %0 = transpose(%x) {permutation=[1, 0]} : f32[B,C]
              %1 = slice(%y) {axis=1, start=C-1, size=C, step=-1} : f32[B,C]
              %2, %3, %4 = fused {
                with %x: f32[B,C] = %0
                with %y: f32[B,C] = %1
                with %k: f32[B] = %k
                %5 = mul(%x, %y) : f32[B,C]
                %6 = sum(%5) {axes=[1]} : f32[B]
                %7 = min(%x) {axes=[1]} : f32[B]
                %8 = add(%6, %k) : f32[B]
                %9 = reshape(%8) : f32[B,1]
                %10 = broadcast(%9) : f32[B,C]
                %11 = sub(%5, %10) : f32[B,C]
                %12 = gt(%11, %y) : bool[B,C]
                %13 = any(%12) {axes=[1]} : bool[B]
                yield %11, %7, %13
              } : f32[B,C], f32[B], bool[B]
              return %2, %3, %4
            }
            """);
    Random random = new Random(5);
    for (long length : new long[] {16, 1000, 4500}) {
      compiled.assertAgrees(
          1e-4,
          Compiled.random(random, DType.F32, length, 7),
          Compiled.random(random, DType.F32, 7, length),
          Compiled.random(random, DType.F32, 7));
    }
  }

  @Test
  void integersAndDoubles() {
    Compiled compiled =
        Compiled.parse(
            """
            graph @mixed(%n: i64[B,C], %x: f64[B,C]) -> i64[B], f64[B], i32[B] {
              %0, %1, %2 = fused {
                with %n: i64[B,C] = %n
                with %x: f64[B,C] = %x
                %3 = mul(%n, %n) : i64[B,C]
                %4 = sum(%3) {axes=[1]} : i64[B]
                %5 = cast(%n) {to=f64} : f64[B,C]
                %6 = mul(%5, %x) : f64[B,C]
                %7 = prod(%6) {axes=[1]} : f64[B]
                %8 = cast(%n) {to=i32} : i32[B,C]
                %9 = max(%8) {axes=[1]} : i32[B]
                yield %4, %7, %9
              } : i64[B], f64[B], i32[B]
              return %0, %1, %2
            }
            """);
    Random random = new Random(6);
    compiled.assertAgrees(
        1e-12,
        Compiled.random(random, DType.I64, 5, 33),
        Compiled.random(random, DType.F64, 5, 33));
  }

  /// Additions and products alone give the same bits before and after kernels are compiled.
  @ParameterizedTest
  @CsvSource({
    "F32,5,0",
    "F32,1,1000003",
    "F32,3,200000",
    "F32,517,403",
    "F32,100000,20",
    "F64,1,1000003",
    "F64,3,200000",
    "F64,517,403"
  })
  void sumsDoNotDependOnTheNumberOfThreads(DType dtype, long rows, long length) {
    Graph graph =
        IrParser.parse(
                """
                graph @squares(%x: DTYPE[B,C]) -> DTYPE[B], DTYPE {
                  %0 = fused {
                    with %x: DTYPE[B,C] = %x
                    %1 = square(%x) : DTYPE[B,C]
                    %2 = sum(%1) {axes=[1]} : DTYPE[B]
                    yield %2
                  } : DTYPE[B]
                  %3 = fused {
                    with %x: DTYPE[B,C] = %x
                    %4 = square(%x) : DTYPE[B,C]
                    %5 = sum(%4) {axes=[0, 1]} : DTYPE
                    yield %5
                  } : DTYPE
                  return %0, %3
                }
                """
                    .replace("DTYPE", dtype.toString()))
            .graph();
    HostTensor x = Compiled.random(new Random(rows), dtype, rows, length);
    List<HostTensor> one = Compiled.of(graph, List.of(), 1).call(x);
    for (int threads : new int[] {2, 3, 8}) {
      Compiled several = Compiled.of(graph, List.of(), threads);
      for (int call = 0; call < 3; call++) {
        List<HostTensor> found = several.call(x);
        for (int i = 0; i < found.size(); i++) {
          assertTrue(one.get(i).sameAs(found.get(i)), threads + " threads, result " + i);
        }
      }
    }
  }

  @Test
  void noElementsHaveNoMaximum() {
    Compiled compiled = Compiled.parse(SOFTMAX);
    assertEquals(0, compiled.call(HostTensor.zeros(DType.F32, 0, 3)).getFirst().size());
    assertEquals(0, compiled.call(HostTensor.zeros(DType.F32, 0, 0)).getFirst().size());
    EvaluationException e =
        assertThrows(
            EvaluationException.class, () -> compiled.call(HostTensor.zeros(DType.F32, 3, 0)));
    assertTrue(
        String.valueOf(e.getMessage()).contains("no elements along the axes [1] of f32[3,0]"),
        e.getMessage());
  }
}
