package arignote.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Graph;
import arignote.ir.text.IrParser;
import arignote.rewrite.passes.FuseElementwise;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class ThreadsTest {
  private static final Graph LARGE =
      new FuseElementwise()
          .apply(
              IrParser.parse(
                      """
                      graph @large(%x: f32[M,N], %b: f32[N])
                          -> f32[M,N], f32[N,M], f32[N], f32[M], f32, f32[M,N] {
                        %0 = broadcast(%b) : f32[M,N]
                        %1 = mul(%x, %0) : f32[M,N]
                        %2 = tanh(%1) : f32[M,N]
                        %3 = transpose(%x) {permutation=[1,0]} : f32[N,M]
                        %4 = sigmoid(%3) : f32[N,M]
                        %5 = add(%4, %3) : f32[N,M]
                        %6 = sum(%2) {axes=[0]} : f32[N]
                        %7 = sum(%2) {axes=[1]} : f32[M]
                        %8 = sum(%x) {axes=[0,1]} : f32
                        %9 = constant {value=7} : i64
                        %10 = random(%9, %9) : f32[M,N]
                        return %2, %5, %6, %7, %8, %10
                      }
                      """)
                  .graph());

  private static List<HostTensor> arguments() {
    Random random = new Random(8);
    return List.of(
        Compiled.random(random, DType.F32, 517, 403), Compiled.random(random, DType.F32, 403));
  }

  @Test
  void resultsDoNotDependOnTheNumberOfThreads() {
    List<HostTensor> arguments = arguments();
    List<HostTensor> one = Compiled.of(LARGE, List.of(), 1).call(arguments);
    for (int threads : new int[] {2, 3, 5}) {
      // Before and after the JVM compiles a kernel its last bits may differ.
      List<HostTensor> several = Compiled.of(LARGE, List.of(), threads).call(arguments);
      for (int i = 0; i < one.size(); i++) {
        Compiled.assertClose(one.get(i), several.get(i), 1e-5, threads + " threads, result " + i);
      }
    }
    Compiled.of(LARGE, List.of(), 2).assertAgrees(1e-4, arguments.toArray(HostTensor[]::new));
  }

  @Test
  void manyThreadsCallOneFunctionAtOnce() throws Exception {
    Compiled compiled = Compiled.of(LARGE, List.of(), 2);
    List<HostTensor> arguments = arguments();
    List<HostTensor> expected = compiled.call(arguments);
    try (ExecutorService callers = Executors.newFixedThreadPool(4)) {
      List<Callable<List<HostTensor>>> calls = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        calls.add(() -> compiled.call(arguments));
      }
      for (Future<List<HostTensor>> call : callers.invokeAll(calls)) {
        for (int i = 0; i < expected.size(); i++) {
          Compiled.assertClose(expected.get(i), call.get().get(i), 1e-5, "result " + i);
        }
      }
    }
  }

  @Test
  void everyPartIsDoneOnceAndFailuresComeBack() {
    Workers workers = new Workers(3);
    for (int round = 0; round < 200; round++) {
      AtomicIntegerArray done = new AtomicIntegerArray(7);
      workers.run(7, done::incrementAndGet);
      for (int part = 0; part < 7; part++) {
        assertEquals(1, done.get(part));
      }
    }
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () ->
                workers.run(
                    3,
                    part -> {
                      if (part == 2) {
                        throw new IllegalStateException("part 2");
                      }
                    }));
    assertTrue(e.getMessage().contains("part 2"));
    workers.run(3, part -> {});
  }
}
