package arignote.tests.runtime;

import static arignote.autodiff.Gradients.grad;
import static arignote.autodiff.optim.Optimisers.adadelta;
import static arignote.dsl.Values.input;
import static org.junit.jupiter.api.Assertions.fail;

import arignote.examples.imdb.LstmModel;
import arignote.examples.imdb.LstmModel.Params;
import arignote.examples.imdb.Options;
import arignote.examples.imdb.PackedParams;
import arignote.ir.Input;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// What calls of a warmed function allocate on the Java heap: results, and next to nothing else.
final class AllocationTest {
  private static final int CALLS = 100;

  /// Kernels allocate until the JVM has compiled them, which takes some thousand runs.
  private static final int MOST_BATCHES = 3000;

  private static final int ATTEMPTS = 3;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void aTrivialFunction() {
    Input x = input("x", DType.F32, 1);
    Function f = Function.compile().inputs(x).outputs(x.add(1)).build("f");
    assertFrugal(512, () -> f, new HostTensor[][] {{HostTensor.of(new float[] {1})}});
  }

  @Test
  void aTrivialFunctionOfAnyLength() {
    Input x = input("x", DType.F32, "N");
    Input y = input("y", DType.F32, "N");
    Function f = Function.compile().inputs(x, y).outputs(x.add(y)).build("f");
    HostTensor one = HostTensor.of(new float[] {1});
    HostTensor two = HostTensor.of(new float[] {1, 2});
    assertFrugal(512, () -> f, new HostTensor[][] {{one, one}, {two, two}});
  }

  @Test
  void aTrainingStepThatReturnsItsCost() {
    Options options = Options.of(Map.of("dim_proj", "16", "n_words", "40"));
    Params p = PackedParams.share(PackedParams.initial(options, DType.F32));
    LstmModel model = LstmModel.of(p, 0, Optional.empty());
    assertFrugal(
        1024,
        () ->
            Function.compile()
                .inputs(model.tokens(), model.mask(), model.labels())
                .outputs(model.cost())
                .updates(adadelta(p, grad(model.cost(), p)))
                .build("train"),
        new HostTensor[][] {minibatch(2, 2), minibatch(3, 1)});
  }

  private static HostTensor[] minibatch(int steps, int batch) {
    HostTensor tokens = HostTensor.zeros(DType.I64, steps, batch);
    HostTensor mask = HostTensor.zeros(DType.F32, steps, batch);
    for (long i = 0; i < tokens.size(); i++) {
      tokens.setLong(i, 2 + i);
      mask.setDouble(i, 1);
    }
    return new HostTensor[] {tokens, mask, HostTensor.zeros(DType.I64, batch)};
  }

  /// Calls a function with some minibatches in turns until calls allocate little, or never do. What
  /// the JVM inlines depends on what it happened to compile before; kernels that are made anew get
  /// another chance.
  ///
  /// @param most bytes a call beyond its results
  private static void assertFrugal(long most, Supplier<Function> made, HostTensor[][] minibatches) {
    long found = Long.MAX_VALUE;
    for (int attempt = 0; attempt < ATTEMPTS && found > most; attempt++) {
      // Kernels go with the last function that has them.
      System.gc();
      found = allocatedPerCall(most, made.get(), minibatches);
    }
    if (found > most) {
      fail("%d bytes a call beyond its results".formatted(found));
    }
  }

  private static long allocatedPerCall(long most, Function f, HostTensor[][] minibatches) {
    long found = Long.MAX_VALUE;
    for (int batch = 0; batch < MOST_BATCHES && found > most; batch++) {
      List<HostTensor> results = f.call(minibatches[0]).values();
      long calls =
          allocated(() -> {
            for (int call = 0; call < CALLS; call++) {
              f.call(minibatches[call % minibatches.length]);
            }
          });
      long tensors =
          allocated(() -> {
            for (int call = 0; call < CALLS; call++) {
              results.forEach(result -> HostTensor.zeros(result.dtype(), result.shape()));
            }
          });
      found = (calls - tensors) / CALLS;
    }
    return found;
  }

  private static long allocated(Runnable work) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    work.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
