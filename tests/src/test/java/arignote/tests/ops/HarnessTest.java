package arignote.tests.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Bindings;
import arignote.plan.Plan;
import arignote.reference.ReferenceBackend;
import arignote.runtime.Backend;
import arignote.runtime.CompileOptions;
import arignote.runtime.Executable;
import arignote.runtime.Program;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The comparison finds what it is there to find.
class HarnessTest {
  private static final OpCase EXP =
      OpTable.row("exp")
          .cases()
          .filter(tested -> tested.name().equals("exp(f32[17])"))
          .findFirst()
          .orElseThrow();

  /// The reference with its results, or its arguments, spoilt.
  private record Spoilt(UnaryOperator<List<HostTensor>> results, boolean spoilsArguments)
      implements Backend {
    @Override
    public String name() {
      return "spoilt";
    }

    @Override
    public Executable compile(Program program, CompileOptions options) {
      Executable right = new ReferenceBackend().compile(program, options);
      return new Executable() {
        @Override
        public List<HostTensor> call(
            List<HostTensor> arguments, Bindings bindings, SegmentAllocator memory) {
          List<HostTensor> computed = right.call(arguments, bindings, memory);
          if (spoilsArguments) {
            arguments.getFirst().setDouble(0, 99);
          }
          return results.apply(computed);
        }

        @Override
        public Plan plan(Bindings bindings) {
          return right.plan(bindings);
        }
      };
    }
  }

  private static String found(UnaryOperator<List<HostTensor>> results) {
    return BackendComparison.mismatch(new Spoilt(results, false), EXP).orElse("nothing");
  }

  @Test
  void aRightBackendPasses() {
    assertEquals("nothing", found(results -> results));
  }

  @Test
  void aResultOutOfToleranceIsFound() {
    String problem =
        found(results -> {
          HostTensor result = results.getFirst();
          float value = (float) result.getDouble(16);
          result.setDouble(16, value + 5 * Math.ulp(value));
          return results;
        });
    assertTrue(problem.startsWith("element 16 of f32[17]: expected "), problem);
    assertTrue(problem.endsWith("(1 of 17 elements differ)"), problem);
  }

  @Test
  void aWrongTypeIsFound() {
    assertEquals(
        "expected f32[17], found f64[17]",
        found(results -> List.of(results.getFirst().cast(DType.F64))));
    assertEquals(
        "expected f32[17], found f32[17,1]",
        found(results -> List.of(results.getFirst().reshape(17, 1))));
    assertEquals("expected 1 results, found 0", found(_ -> List.of()));
  }

  @Test
  void nanAndInfinityAreNoNumbersNearby() {
    assertTrue(found(results -> set(results, Double.NaN)).contains("found NaN"));
    assertTrue(found(results -> set(results, Double.POSITIVE_INFINITY)).contains("Infinity"));
  }

  private static List<HostTensor> set(List<HostTensor> results, double value) {
    results.getFirst().setDouble(3, value);
    return results;
  }

  @Test
  void aChangedArgumentIsFound() {
    assertEquals(
        Optional.of("changed argument 0"),
        BackendComparison.mismatch(new Spoilt(results -> results, true), EXP));
  }

  @Test
  void aBufferThatIsReusedIsFound() {
    List<HostTensor> kept = new ArrayList<>();
    String problem =
        found(results -> {
          kept.add(results.getFirst());
          kept.getFirst().setDouble(0, kept.size() == 1 ? kept.getFirst().getDouble(0) : -1);
          return List.of(kept.getFirst());
        });
    assertTrue(problem.startsWith("element 0 of f32[17]"), problem);
  }

  @Test
  void aSizeThatIsRememberedIsFound() {
    OpCase symbolic =
        OpTable.row("exp")
            .cases()
            .filter(tested -> tested.name().equals("exp(f32[N17])"))
            .findFirst()
            .orElseThrow();
    List<HostTensor> first = new ArrayList<>();
    UnaryOperator<List<HostTensor>> stuck =
        results -> {
          if (first.isEmpty()) {
            first.addAll(results);
          }
          return first;
        };
    assertEquals(
        Optional.of("call 3, longer: expected f32[18], found f32[17]"),
        BackendComparison.mismatch(new Spoilt(stuck, false), symbolic));
  }

  @Test
  void anExceptionIsFound() {
    assertTrue(
        found(
                _ -> {
                  throw new IllegalStateException("no kernel");
                })
            .startsWith("threw java.lang.IllegalStateException: no kernel at "));
  }

  @Test
  void exactMeansTheSignOfZeroToo() {
    HostTensor zero = HostTensor.of(new float[] {0}, 1);
    HostTensor minusZero = HostTensor.of(new float[] {-0.0f}, 1);
    assertFalse(Tolerance.EXACT.mismatch(zero, minusZero).isEmpty());
    assertTrue(Tolerance.ulps(DType.F32, 1).mismatch(zero, minusZero).isEmpty());
  }

  @TestFactory
  Stream<DynamicTest> theReferenceRefusesEveryFailureCase() {
    return FailureCase.all().stream()
        .map(failing ->
            DynamicTest.dynamicTest(
                failing.name(),
                () -> assertEquals(failing.expected(), failing.outcome(new ReferenceBackend()))));
  }

  @Test
  void aResultWhereThereIsNoneIsFound() {
    Backend careless =
        new Backend() {
          @Override
          public String name() {
            return "careless";
          }

          @Override
          public Executable compile(Program program, CompileOptions options) {
            Executable right = new ReferenceBackend().compile(program, options);
            return new Executable() {
              @Override
              public List<HostTensor> call(
                  List<HostTensor> arguments, Bindings bindings, SegmentAllocator memory) {
                return List.of(HostTensor.zeros(DType.F32, 0));
              }

              @Override
              public Plan plan(Bindings bindings) {
                return right.plan(bindings);
              }
            };
          }
        };
    assertEquals("results [f32[0] []]", FailureCase.all().getFirst().outcome(careless));
  }
}
