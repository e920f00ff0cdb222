package arignote.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.op.Cumulate;
import arignote.ir.op.CumulateFn;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Cumulative ops give the same bits for any number of threads, and in vectors as element by
/// element. `-Drandom.seed` is the seed of the elements.
class CumulateTest {
  private static final long SEED = Long.getLong("random.seed", 17);

  record Case(Cumulate op, DType dtype, long... shape) {
    Graph graph() {
      Input x = new Input("x", TensorType.of(dtype, shape));
      return new Graph(List.of(x), List.of(Apply.of(op, List.of(x)).result()));
    }

    HostTensor argument() {
      return Compiled.random(new Random(SEED), dtype, shape);
    }

    @Override
    public String toString() {
      return "%s of %s, seed %d".formatted(op, TensorType.of(dtype, shape), SEED);
    }
  }

  static Stream<Case> cases() {
    return Stream.of(CumulateFn.values())
        .flatMap(fn ->
            Stream.of(DType.F32, DType.F64, DType.I32)
                .flatMap(dtype ->
                    Stream.of(
                        // Down columns, in several pieces; along lines; from the end.
                        new Case(new Cumulate(fn, 0, false), dtype, 60, 4133),
                        new Case(new Cumulate(fn, 1, true), dtype, 3, 700, 83),
                        new Case(new Cumulate(fn, 1, false), dtype, 301, 411))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void bitsDoNotDependOnTheNumberOfThreads(Case tested) {
    HostTensor x = tested.argument();
    HostTensor one = Compiled.of(tested.graph(), List.of(), 1).call(x).getFirst();
    for (int threads : new int[] {2, 3, 5}) {
      HostTensor several = Compiled.of(tested.graph(), List.of(), threads).call(x).getFirst();
      assertTrue(one.sameAs(several), threads + " threads, " + tested);
    }
  }

  /// Enough calls for vectors to be used.
  @ParameterizedTest
  @MethodSource("cases")
  void bitsStayTheSameWhileTheJvmCompiles(Case tested) {
    HostTensor x = tested.argument();
    Compiled compiled = Compiled.of(tested.graph());
    HostTensor first = compiled.call(x).getFirst();
    for (int call = 2; call <= 20; call++) {
      assertTrue(first.sameAs(compiled.call(x).getFirst()), "call " + call + ", " + tested);
    }
  }
}
