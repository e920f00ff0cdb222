package arignote.backend.cpu;

import static arignote.backend.cpu.Compiled.random;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import arignote.ir.EvaluationException;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every form a carry can have, with no step, one, and an even and odd number of them.
class ScansTest {
  private static final String RECURRENT =
      """
      graph @recurrent(%x: f32[T,3,4], %w: f32[4,4], %u: f32[4,4], %h: f32[3,4])
          -> f32[3,4], f32[T,3,4] {
        %t = transpose(%u) {permutation=[1,0]} : f32[4,4]
        %0, %1 = scan {
          over %e: f32[3,4] = %x
          carry %c: f32[3,4] = %h
          with %w: f32[4,4] = %w
          with %t: f32[4,4] = %t
          %2 = dot(%e, %w) : f32[3,4]
          %3 = dot(%c, %t) : f32[3,4]
          %4 = add(%2, %3) : f32[3,4]
          %5 = tanh(%4) : f32[3,4]
          next %5
          stack %5
        } : f32[3,4], f32[T,3,4]
        return %0, %1
      }
      """;

  private static final long SEED = 12;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 5})
  void aCarryThatIsStackedToo(int steps) {
    Random random = new Random(SEED);
    Compiled.parse(RECURRENT)
        .assertAgrees(
            1e-5,
            random(random, DType.F32, steps, 3, 4),
            random(random, DType.F32, 4, 4),
            random(random, DType.F32, 4, 4),
            random(random, DType.F32, 3, 4));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 5})
  void aCarryThatIsNotStackedTakesTurns(int steps) {
    Random random = new Random(SEED);
    Compiled.parse(
            """
            graph @turns(%x: f32[T,4], %h: f32[4], %w: f32[4,4]) -> f32[4] {
              %0 = scan {
                over %e: f32[4] = %x
                carry %c: f32[4] = %h
                with %w: f32[4,4] = %w
                %1 = dot(%c, %w) : f32[4]
                %2 = add(%1, %c) : f32[4]
                %3 = tanh(%2) : f32[4]
                %4 = dot(%3, %w) : f32[4]
                next %4
              } : f32[4]
              return %0
            }
            """)
        .assertAgrees(
            1e-5,
            random(random, DType.F32, steps, 4),
            random(random, DType.F32, 4),
            random(random, DType.F32, 4, 4));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 5})
  void productsAddUpInPlace(int steps) {
    Random random = new Random(SEED);
    Compiled.parse(
            """
            graph @sums(%x: f32[T,3,4], %y: f32[T,3,5], %s: f32[4,5]) -> f32[4,5], f32[4,5] {
              %0, %1 = scan {
                over %a: f32[3,4] = %x
                over %b: f32[3,5] = %y
                carry %c: f32[4,5] = %s
                carry %d: f32[4,5] = %s
                %2 = transpose(%a) {permutation=[1,0]} : f32[4,3]
                %3 = gemm(%2, %b, %c) : f32[4,5]
                %4 = gemm(%2, %b, %d) {alpha=-1.0, beta=0.5} : f32[4,5]
                next %3, %4
              } : f32[4,5], f32[4,5]
              return %0, %1
            }
            """)
        .assertAgrees(
            1e-5,
            random(random, DType.F32, steps, 3, 4),
            random(random, DType.F32, steps, 3, 5),
            random(random, DType.F32, 4, 5));
  }

  /// The addend is written to the place of the next carry, or of the row that is stacked.
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 5})
  void sumsOfProductsThatAreCarriedOrStacked(int steps) {
    Random random = new Random(SEED);
    Compiled.parse(
            """
            graph @sums(%x: f32[T,3,4], %w: f32[4,4], %s: f32[3,4])
                -> f32[3,4], f32[3,4], f32[T,3,4], f32[T,3,4] {
              %0, %1, %2, %3 = scan {
                over %e: f32[3,4] = %x
                carry %c: f32[3,4] = %s
                carry %d: f32[3,4] = %s
                with %w: f32[4,4] = %w
                %4 = tanh(%c) : f32[3,4]
                %5 = mul(%4, %e) : f32[3,4]
                %6 = gemm(%4, %w, %5) {alpha=0.5} : f32[3,4]
                %7 = add(%d, %e) : f32[3,4]
                %8 = gemm(%d, %w, %7) : f32[3,4]
                %9 = gemm(%e, %w, %d) : f32[3,4]
                next %6, %8
                stack %8, %9
              } : f32[3,4], f32[3,4], f32[T,3,4], f32[T,3,4]
              return %0, %1, %2, %3
            }
            """)
        .assertAgrees(
            1e-4,
            random(random, DType.F32, steps, 3, 4),
            random(random, DType.F32, 4, 4),
            random(random, DType.F32, 3, 4));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 5})
  void carriesThatChangePlaces(int steps) {
    Random random = new Random(SEED);
    Compiled.parse(
            """
            graph @fibonacci(%x: f32[T], %a: f32[6], %b: f32[6], %k: f32[6])
                -> f32[6], f32[6], f32[6], f32[T,6], f32[T,6] {
              %0, %1, %2, %3, %4 = scan {
                over %e: f32 = %x
                carry %p: f32[6] = %a
                carry %q: f32[6] = %b
                carry %k: f32[6] = %k
                %5 = add(%p, %q) : f32[6]
                next %q, %5, %k
                stack %p, %q
              } : f32[6], f32[6], f32[6], f32[T,6], f32[T,6]
              return %0, %1, %2, %3, %4
            }
            """)
        .assertAgrees(
            1e-5,
            random(random, DType.F32, steps),
            random(random, DType.F32, 6),
            random(random, DType.F32, 6),
            random(random, DType.F32, 6));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void aCarryReadOnceMoreBehindItsUpdateIsNotOverwritten(int steps) {
    Random random = new Random(SEED);
    Compiled.parse(
            """
            graph @twice(%x: f32[T,6], %a: f32[6]) -> f32[6], f32[T,6], f32[T,6] {
              %0, %1, %2 = scan {
                over %e: f32[6] = %x
                carry %p: f32[6] = %a
                %3 = add(%p, %e) : f32[6]
                %4 = mul(%p, %3) : f32[6]
                next %3
                stack %4, %4
              } : f32[6], f32[T,6], f32[T,6]
              return %0, %1, %2
            }
            """)
        .assertAgrees(1e-5, random(random, DType.F32, steps, 6), random(random, DType.F32, 6));
  }

  @Test
  void loopsInsideLoops() {
    Random random = new Random(SEED);
    Compiled.parse(
            """
            graph @nested(%x: f32[T,S,4], %h: f32[4], %w: f32[4,4]) -> f32[4], f32[T,S,4] {
              %t = transpose(%w) {permutation=[1,0]} : f32[4,4]
              %0, %1 = scan {
                over %row: f32[S,4] = %x
                carry %c: f32[4] = %h
                with %t: f32[4,4] = %t
                %2, %3 = scan {
                  over %e: f32[4] = %row
                  carry %d: f32[4] = %c
                  with %t: f32[4,4] = %t
                  %4 = dot(%d, %t) : f32[4]
                  %5 = add(%4, %e) : f32[4]
                  %6 = tanh(%5) : f32[4]
                  %7 = add(%6, %d) : f32[4]
                  next %7
                  stack %6
                } : f32[4], f32[S,4]
                next %2
                stack %3
              } : f32[4], f32[T,S,4]
              return %0, %1
            }
            """)
        .assertAgrees(
            1e-5,
            random(random, DType.F32, 3, 4, 4),
            random(random, DType.F32, 4),
            random(random, DType.F32, 4, 4));
  }

  @Test
  void aTransposedCopyIsNotKeptForTheNextValueInTheSameMemory() {
    Random random = new Random(SEED);
    String scan =
        """
          %%%1$s = scan {
            over %%e: f32[3,4] = %%x
            carry %%c: f32[3,4] = %%h
            with %%t: f32[4,4] = %%%2$s
            %%%3$s = dot(%%c, %%t) : f32[3,4]
            %%%4$s = tanh(%%%3$s) : f32[3,4]
            next %%%4$s
          } : f32[3,4]
        """;
    Compiled.parse(
            """
            graph @two(%x: f32[T,3,4], %h: f32[3,4], %w: f32[4,4]) -> f32[3,4], f32[3,4] {
              %a = exp(%w) : f32[4,4]
              %at = transpose(%a) {permutation=[1,0]} : f32[4,4]
            """
                + scan.formatted("r", "at", "r0", "r1")
                + """
                  %b = neg(%a) : f32[4,4]
                  %bt = transpose(%b) {permutation=[1,0]} : f32[4,4]
                """
                + scan.formatted("s", "bt", "s0", "s1")
                + """
                  return %r, %s
                }
                """)
        .assertAgrees(
            1e-5,
            random(random, DType.F32, 3, 3, 4),
            random(random, DType.F32, 3, 4),
            random(random, DType.F32, 4, 4));
  }

  @Test
  void preparedLoopsServeOtherLengthsInBetween() {
    Random random = new Random(SEED);
    Compiled compiled = Compiled.parse(RECURRENT);
    for (int steps : new int[] {3, 0, 7, 3, 1, 7}) {
      compiled.assertAgrees(
          1e-5,
          random(random, DType.F32, steps, 3, 4),
          random(random, DType.F32, 4, 4),
          random(random, DType.F32, 4, 4),
          random(random, DType.F32, 3, 4));
    }
  }

  @Test
  void anErrorInAStepNamesTheOp() {
    Compiled compiled =
        Compiled.parse(
            """
            graph @lookup(%i: i64[T], %table: f32[5]) -> f32[T] {
              %0 = scan {
                over %k: i64 = %i
                with %t: f32[5] = %table
                %1 = gather(%t, %k) {axis=0, batch=0} : f32
                stack %1
              } : f32[T]
              return %0
            }
            """);
    HostTensor table = HostTensor.of(new float[] {1, 2, 3, 4, 5}, 5);
    assertEquals(
        "f32[2] [2.0, 5.0]",
        compiled.call(HostTensor.of(new long[] {1, 4}, 2), table).getFirst().toString());
    EvaluationException e =
        assertThrows(
            EvaluationException.class,
            () -> compiled.call(HostTensor.of(new long[] {1, 5}, 2), table));
    assertEquals(
        "gather: index 5 at [] of the indices is outside 0..4 of axis 0 in f32[5]; operands: t and k (text:5)",
        e.getMessage());
  }
}
