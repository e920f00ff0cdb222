package arignote.tests.runtime;

import static arignote.dsl.Values.input;
import static arignote.dsl.Values.shared;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.runtime.ArgumentException;
import arignote.runtime.CompileOptions;
import arignote.runtime.Function;
import arignote.runtime.Mode;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import arignote.tests.dsl.Evaluation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a function tells about itself.
class FunctionPlanTest {
  private static final CompileOptions CPU =
      new CompileOptions("cpu", Mode.FAST_RUN, Set.of(), 1, Optional.empty(), true);

  private final Input x = input("x", DType.F32, "B", 3);
  private final Shared w = shared("w", HostTensor.zeros(DType.F32, 3));

  private Function function(CompileOptions options) {
    return Function.compile()
        .inputs(x)
        .outputs(x.mul(w).exp())
        .update(w, w.mul(0.5))
        .options(options)
        .build("f");
  }

  @Test
  void thePlanIsThatOfTheMostRecentCall() {
    Function f = function(CPU);
    f.call(HostTensor.zeros(DType.F32, 4, 3));
    f.call(HostTensor.zeros(DType.F32, 2, 3));
    assertEquals(
        """
        plan @f(B=2) {
          input    %x 24 bytes
          shared   @w 12 bytes
          result   result0 24 bytes
          constant #0 4 bytes
          memory 0 bytes

          loop k0 %x: f32[2,3], @w: f32[2,3] by [0,1] -> result0: f32[2,3] {2 operations, 60 bytes}
          loop k1 @w: f32[3], #0: f32[3] by [0] -> @w: f32[3] {1 operation, in place, update, 28 bytes}
        }
        """,
        f.plan().toString());
    assertEquals("plan @f(B=7) {", f.plan(Map.of("B", 7L)).toString().lines().findFirst().get());
  }

  @Test
  void aKernelIsReadableCode() {
    Function f = function(CPU);
    f.call(HostTensor.zeros(DType.F32, 4, 3));
    assertEquals(List.of("k0", "k1"), f.kernels());
    assertEquals(
        """
        kernel k1 {
          for i in 0..3 {
            %0 = @w[i] : f32
            %1 = #0[0] : f32
            %2 = mul(%0, %1) : f32
            @w[i] = %2
          }
        }
        """,
        f.kernel("k1"));
    assertEquals(
        "function \"f\" has no kernel \"k2\"; there are [k0, k1]",
        Messages.of(ArgumentException.class, () -> f.kernel("k2")));
  }

  @Test
  void lengthsAreAskedForAsLongAsTheyAreUnknown() {
    String expected =
        "plan of \"f\": it needs a length for each of [B], found %s; call the function first, or use"
            + " plan(Map.of(\"T\", 100L))";
    Function f = function(CPU);
    assertEquals(expected.formatted("{}"), Messages.of(ArgumentException.class, f::plan));
    assertEquals(
        expected.formatted("{B=-1}"),
        Messages.of(ArgumentException.class, () -> f.plan(Map.of("B", -1L))));
    assertEquals(
        expected.formatted("{B=1, T=2}"),
        Messages.of(ArgumentException.class, () -> f.plan(Map.of("B", 1L, "T", 2L))));
  }

  @Test
  void theReferenceRunsNodeByNode() {
    assertEquals(
        """
        plan @f(B=2) {
          input    %x 24 bytes
          shared   @w 12 bytes
          buffer   m0 24 bytes
          buffer   m1 24 bytes
          buffer   m2 24 bytes
          constant #0 4 bytes
          buffer   m3 12 bytes
          buffer   m4 12 bytes
          memory 96 bytes

          broadcast @w: f32[3] -> m0: f32[2,3] {36 bytes}
          mul %x: f32[2,3], m0: f32[2,3] -> m1: f32[2,3] {72 bytes}
          exp m1: f32[2,3] -> m2: f32[2,3] {48 bytes}
          broadcast #0: f32 -> m3: f32[3] {16 bytes}
          mul @w: f32[3], m3: f32[3] -> m4: f32[3] {36 bytes}
          copy m4: f32[3] -> @w: f32[3] {update, 24 bytes}
        }
        """,
        function(Evaluation.REFERENCE).plan(Map.of("B", 2L)).toString());
  }

  @Test
  void theTextIsTheOptimisedGraphWithSourceLines() {
    String text = function(CPU).text();
    assertTrue(text.startsWith("graph @f(%x: f32[B,3]) -> f32[B,3], f32[3] {"), text);
    assertTrue(text.contains("= fused {"), text);
    assertTrue(text.contains("// FunctionPlanTest.java:"), text);
  }
}
