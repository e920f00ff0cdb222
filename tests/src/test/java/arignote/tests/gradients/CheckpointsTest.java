package arignote.tests.gradients;

import static arignote.autodiff.Gradients.grad;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.autodiff.Checkpoints;
import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.dsl.Values;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Gradients of long loops on the CPU: with checkpoints they are the same in a fraction of the
/// memory.
class CheckpointsTest {
  private static final int UNITS = 64;

  private final Input xs = Values.input("xs", DType.F32, "T", UNITS);
  private final Input w = Values.input("w", DType.F32, UNITS, UNITS);
  private final Variable start = Values.zeros(DType.F32, UNITS);

  private Variable step(Variable x, Variable h) {
    return Maths.tanh(x.add(h.dot(w)));
  }

  private Function gradient(Variable last) {
    return Function.compile().inputs(xs, w).outputs(grad(last.square().sum(), w)).build("gradient");
  }

  @Test
  void memoryGrowsWithTheRootOfTheSteps() {
    Function plain = gradient(Loop.scan(xs, start, this::step).last());
    Function kept = gradient(Checkpoints.scan(32, xs, start, this::step));
    Map<String, Long> steps = Map.of("T", 1024L);
    long all = plain.memory(steps).arena();
    long some = kept.memory(steps).arena();
    assertTrue(all > 1024 * UNITS * 4, all + " bytes for the states of all steps");
    assertTrue(some < all / 6, some + " bytes with checkpoints, " + all + " without");
  }

  @Test
  void theGradientIsTheSame() {
    Random random = new Random(3);
    HostTensor x = normal(random, 70, UNITS);
    HostTensor u = normal(random, UNITS, UNITS);
    float[] expected =
        gradient(Loop.scan(xs, start, this::step).last()).call(x, u).get(0).toFloatArray();
    for (int every : new int[] {1, 8, 9, 100}) {
      float[] found =
          gradient(Checkpoints.scan(every, xs, start, this::step)).call(x, u).get(0).toFloatArray();
      assertArrayEquals(expected, found, 1e-5f, "every " + every);
    }
  }

  private static HostTensor normal(Random random, long... shape) {
    HostTensor tensor = HostTensor.zeros(DType.F32, shape);
    for (long i = 0; i < tensor.size(); i++) {
      tensor.setDouble(i, 0.1 * random.nextGaussian());
    }
    return tensor;
  }
}
