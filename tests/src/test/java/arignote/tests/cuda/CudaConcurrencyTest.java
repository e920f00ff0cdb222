package arignote.tests.cuda;

import static arignote.autodiff.Gradients.grad;
import static arignote.dsl.Values.input;
import static arignote.dsl.Values.shared;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import arignote.backend.cuda.CudaBackend;
import arignote.dsl.Loop;
import arignote.dsl.Maths;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.runtime.Function;
import arignote.runtime.FunctionBuilder;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Threads that call functions on a GPU at once get the answers of calls one after the other, and
/// leave nothing behind.
class CudaConcurrencyTest {
  private static final int THREADS = 4;
  private static final int ROUNDS = 6;

  private final Input x = input("x", DType.F32, "T");
  private final StandIn device = StandIn.install();

  @BeforeEach
  void start() {
    CudaBackend.shutdown();
  }

  /// Nothing is left of what the threads did.
  @AfterEach
  void close() {
    CudaBackend.shutdown();
    for (String what : List.of("allocations", "streams", "graphs", "modules", "cublas handles")) {
      assertEquals(0, device.count(what), what);
    }
    device.devices(1);
  }

  private static FunctionBuilder on(String name) {
    return Function.compile().options(StandIn.options(name));
  }

  private interface Work {
    void run(int round) throws Exception;
  }

  /// Has threads work at once, round by round.
  private static void together(List<Work> works) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(works.size());
    AtomicReference<Optional<Throwable>> failure = new AtomicReference<>(Optional.empty());
    try (ExecutorService threads = Executors.newFixedThreadPool(works.size())) {
      List<Future<?>> running = new ArrayList<>();
      for (Work work : works) {
        running.add(
            threads.submit(() -> {
              try {
                for (int round = 0; round < ROUNDS; round++) {
                  barrier.await();
                  work.run(round);
                }
              } catch (Exception | Error e) {
                failure.compareAndSet(Optional.empty(), Optional.of(e));
                // Nobody is to wait for this thread.
                barrier.reset();
              }
            }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    }
    if (failure.get().isPresent()) {
      fail(failure.get().get());
    }
  }

  private static HostTensor ramp(int length, double start) {
    HostTensor ramp = HostTensor.zeros(DType.F32, length);
    for (int i = 0; i < length; i++) {
      ramp.setDouble(i, Math.sin(start + i));
    }
    return ramp;
  }

  /// A loop with products, its gradient, a scatter: all kinds of work.
  private FunctionBuilder training(FunctionBuilder builder) {
    Input w = input("w", DType.F32, 4, 4);
    Input first = input("first", DType.F32, 2, 4);
    Variable last =
        Loop.foldl((Variable) x, (Variable) first, (e, h) -> Maths.tanh(h.dot(w)).mul(e.add(1)));
    Variable taken = x.take(Maths.abs(x).mul(0).cast(DType.I64), 0);
    Variable cost = last.square().sum().add(taken.sum());
    return builder.inputs(x, w, first).outputs(cost, grad(cost, w), grad(cost, x));
  }

  private static HostTensor[] arguments(int length, double start) {
    return new HostTensor[] {
      ramp(length, start), ramp(16, 1).reshape(4, 4), ramp(8, 2).reshape(2, 4)
    };
  }

  private static List<String> texts(List<HostTensor> values) {
    return values.stream().map(HostTensor::elementsToString).toList();
  }

  @Test
  void severalThreadsCallOneFunction() throws Exception {
    Function f = training(on("gpu")).build("f");
    List<List<List<String>>> alone = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      List<List<String>> rounds = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        rounds.add(texts(f.call(arguments(3 + round % 2, thread)).values()));
      }
      alone.add(rounds);
    }
    List<Work> works = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      int number = thread;
      works.add(round ->
          assertEquals(
              alone.get(number).get(round),
              texts(f.call(arguments(3 + round % 2, number)).values())));
    }
    together(works);
  }

  /// Each session captures a call's work once, and replays it from then on.
  @Test
  void whatThreadsReplayIsCapturedOnceForEach() throws Exception {
    Function f = training(on("gpu")).build("f");
    Work work = _ -> f.call(arguments(3, 0));
    for (int times = 0; times < 3; times++) {
      together(List.of(work, work, work));
    }
    assertTrue(device.count("streams") <= 3);
    assertTrue(
        device.count("graphs") <= device.count("streams"),
        () -> device.count("graphs") + " graphs, " + device.count("streams") + " streams");
    long captured = device.count("cuGraphInstantiate");
    long launches = device.count("cuLaunchKernel");
    // As many calls at once as before, at most.
    together(List.of(work));
    assertEquals(captured, device.count("cuGraphInstantiate"));
    assertEquals(launches, device.count("cuLaunchKernel"));
  }

  @Test
  void twoFunctionsAtOnce() throws Exception {
    Shared sum = shared("sum", HostTensor.of(new float[] {0}));
    Function adding =
        on("gpu").inputs(x).outputs(x.exp()).update(sum, sum.add(x.sum())).build("adding");
    Function reading = on("gpu").inputs(x).outputs(sum.mul(0).add(x.exp())).build("reading");
    together(
        List.of(
            _ -> adding.call(HostTensor.of(new float[] {1, 2})),
            _ ->
                assertArrayEquals(
                    new float[] {1, 1},
                    reading.call(HostTensor.of(new float[] {0, 0})).get(0).toFloatArray()),
            _ -> adding.call(HostTensor.of(new float[] {3}))));
    assertArrayEquals(new float[] {6 * ROUNDS}, sum.get().toFloatArray());
  }

  /// Functions on other devices that read it take a variable away while a call still needs it.
  @Test
  void aVariableIsReadOnSeveralDevicesAtOnce() throws Exception {
    device.devices(2);
    Shared w = shared("w", ramp(1000, 0));
    float[] expected = w.get().toFloatArray();
    List<Work> works = new ArrayList<>();
    for (String name : List.of("gpu0", "gpu1", "cpu", "gpu0")) {
      Function f = on(name).outputs(w.mul(2).sub(w)).build("f");
      works.add(_ -> {
        for (int call = 0; call < 20; call++) {
          assertArrayEquals(expected, f.call().get(0).toFloatArray(), 1e-6f);
        }
      });
    }
    works.add(_ -> assertArrayEquals(expected, w.get().toFloatArray()));
    together(works);
  }

  /// Lengths go out of use while other calls are under way.
  @Test
  void moreLengthsThanStayPrepared() throws Exception {
    Function f = on("gpu").inputs(x).outputs(x.exp().sum()).build("f");
    List<Work> works = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      int number = thread;
      works.add(round -> {
        for (int i = 0; i < 150; i++) {
          int length = 1 + (i + 37 * number) % 150;
          assertEquals(length, f.call(HostTensor.zeros(DType.F32, length)).item(), "" + round);
        }
      });
    }
    together(works);
    assertTrue(device.count("graphs") <= 128 * THREADS);
  }
}
