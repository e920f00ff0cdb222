package arignote.backend.cpu;

import static arignote.backend.cpu.Compiled.random;

import arignote.tensor.DType;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Loops over operands of every kind.
class ElementwiseTest {
  private static final long SEED = 3;

  @Test
  void constantsOfSeveralElementsInsideALoop() {
    Compiled.parse(
            """
            graph @constants(%x: f32[3]) -> f32[2,3] {
              %0 = fused {
                with %x: f32[3] = %x
                %1 = constant {value=[1.0, 2.0, 4.0]} : f32[3]
                %2 = add(%x, %1) : f32[3]
                %3 = broadcast(%2) : f32[2,3]
                %4 = exp(%3) : f32[2,3]
                yield %4
              } : f32[2,3]
              return %0
            }
            """)
        .assertAgrees(1e-6, random(new Random(SEED), DType.F32, 3));
  }

  @Test
  void loopsOverSeveralTypesInSeveralStagesThatOverwriteTheirOperands() {
    // The sum goes where %a was, which the last stage still needs.
    Compiled.parse(
            """
            graph @stages(%x: f32[N], %k: i64[N]) -> f32[N], f32[N], bool[N] {
              %a = neg(%x) : f32[N]
              %0, %1, %2 = fused {
                with %a: f32[N] = %a
                with %k: i64[N] = %k
                %3 = cast(%k) {to=f32} : f32[N]
                %4 = add(%a, %3) : f32[N]
                %5 = constant {value=4} : i64
                %6 = broadcast(%5) : i64[N]
                %7 = lt(%k, %6) : bool[N]
                %8 = cast(%4) {to=f64} : f64[N]
                %9 = tanh(%8) : f64[N]
                %10 = cast(%9) {to=f32} : f32[N]
                %11 = mul(%10, %a) : f32[N]
                yield %4, %11, %7
              } : f32[N], f32[N], bool[N]
              %12 = neg(%0) : f32[N]
              return %12, %1, %2
            }
            """)
        .assertAgrees(
            1e-6,
            random(new Random(SEED), DType.F32, 2500),
            random(new Random(SEED), DType.I64, 2500));
  }

  @Test
  void positionsAndLengthsCountAlongEveryAxis() {
    Compiled.parse(
            """
            graph @positions(%x: f32[M,N]) -> f32[M,N] {
              %0 = fused {
                with %x: f32[M,N] = %x
                %1 = iota() {axis=0, type=i64[M,N]} : i64[M,N]
                %2 = iota() {axis=1, type=i64[M,N]} : i64[M,N]
                %3 = dim_size() {dim=M*N} : i64
                %4 = broadcast(%3) : i64[M,N]
                %5 = mul(%1, %4) : i64[M,N]
                %6 = add(%5, %2) : i64[M,N]
                %7 = cast(%6) {to=f32} : f32[M,N]
                %8 = add(%7, %x) : f32[M,N]
                yield %8
              } : f32[M,N]
              return %0
            }
            """)
        .assertAgrees(1e-6, random(new Random(SEED), DType.F32, 5, 33));
  }
}
