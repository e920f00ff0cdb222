package arignote.tests.runtime;

import static arignote.dsl.Loop.scan;
import static arignote.dsl.Values.input;
import static arignote.dsl.Values.shared;
import static arignote.dsl.Values.zeros;
import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.dsl.Initial;
import arignote.dsl.Maths;
import arignote.ir.Input;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// One function called from many threads.
final class ConcurrencyTest {
  private static final int THREADS = 8;
  private static final int CALLS = 40;

  @Test
  void eightThreadsGetWhatOneGets() throws Exception {
    Random random = new Random(3);
    Shared w = shared("w", Initial.normal(random, 0.3, DType.F32, 24, 24));
    Input x = input("x", DType.F32, "T", "B", 24);
    Variable last =
        scan(x, zeros(DType.F32, "B", 24), (in, h) -> Maths.tanh(h.dot(w).add(in))).last();
    Function f = Function.compile().inputs(x).outputs(last, last.sum(0)).build("rnn");
    List<HostTensor> arguments = new ArrayList<>();
    List<List<HostTensor>> serial = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      // Lengths differ from call to call, so that threads meet in and out of the same shapes.
      HostTensor argument = Initial.normal(random, 1, DType.F32, 1 + i % 7, 1 + (i * 5) % 13, 24);
      arguments.add(argument);
      serial.add(f.call(argument).values());
    }
    List<Callable<Integer>> work = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      int start = thread * 5;
      work.add(() -> {
        // All results are kept until the end: no call may write over those of another.
        List<List<HostTensor>> results = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
          results.add(f.call(arguments.get((start + i) % CALLS)).values());
        }
        int same = 0;
        for (int i = 0; i < CALLS; i++) {
          int call = (start + i) % CALLS;
          List<HostTensor> values = results.get(i);
          for (int output = 0; output < values.size(); output++) {
            same += values.get(output).sameAs(serial.get(call).get(output)) ? 1 : 0;
          }
        }
        return same;
      });
    }
    for (int same : run(work)) {
      assertEquals(2 * CALLS, same, "results equal to those of serial calls");
    }
  }

  @Test
  void updatesFromManyThreadsAreNotLost() throws Exception {
    Shared total = shared("total", HostTensor.zeros(DType.F64, 100));
    Input x = input("x", DType.F64);
    Function add =
        Function.compile().inputs(x).outputs(total.sum()).update(total, total.add(x)).build("add");
    List<Callable<Integer>> work = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      work.add(() -> {
        int whole = 0;
        for (int i = 0; i < CALLS; i++) {
          // Each update adds 100 in all; a sum in between would be no multiple of that.
          whole += add.call(HostTensor.scalar(DType.F64, 1.0)).item() % 100 == 0 ? 1 : 0;
        }
        return whole;
      });
    }
    for (int whole : run(work)) {
      assertEquals(CALLS, whole);
    }
    for (double value : total.get().toDoubleArray()) {
      assertEquals(THREADS * CALLS, value);
    }
  }

  private static List<Integer> run(List<Callable<Integer>> work) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Integer> results = new ArrayList<>();
      for (Future<Integer> result : threads.invokeAll(work)) {
        results.add(result.get());
      }
      return results;
    }
  }
}
