package arignote.backend.cpu;

import arignote.ir.Apply;
import arignote.plan.Measurement;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/// Times the instructions of one program: each is wrapped when it is prepared, so that a program
/// without a profiler has nothing to do with it.
final class Profiler {
  private final List<Timed> timed = new ArrayList<>();
  private final Map<Apply, Integer> numbers = new IdentityHashMap<>();
  private final LongAdder calls = new LongAdder();
  private final LongAdder nanos = new LongAdder();
  private final LongAdder preparations = new LongAdder();
  private final LongAdder preparationNanos = new LongAdder();
  private final LongAccumulator memory = new LongAccumulator(Math::max, 0);

  /// An instruction that is timed from now on.
  ///
  /// @param nodes the node that it is for, and before it those that it is inside of
  /// @param threads how many threads run such an instruction at once
  /// @param flops of one run of the node
  synchronized Timed timed(Instruction instruction, List<Apply> nodes, int threads, double flops) {
    Timed made = new Timed(instruction, nodes, threads, flops);
    timed.add(made);
    nodes.forEach(node -> numbers.putIfAbsent(node, numbers.size()));
    return made;
  }

  void called(long took, long bytes) {
    calls.increment();
    nanos.add(took);
    memory.accumulate(bytes);
  }

  void prepared(long took) {
    preparations.increment();
    preparationNanos.add(took);
  }

  private record Key(List<Integer> nodes, String step, String kernel) {}

  private static final class Sums {
    final List<Apply> nodes;
    long runs;
    double nanos;
    long bytes;
    double flops;

    Sums(List<Apply> nodes) {
      this.nodes = nodes;
    }
  }

  /// What has been measured so far. Calls that are under way may be counted in part.
  synchronized Measurement.Program measurements() {
    Map<List<Apply>, Double> inside = new LinkedHashMap<>();
    for (Timed each : timed) {
      List<Apply> outer =
          each.nodes().isEmpty() ? List.of() : each.nodes().subList(0, each.nodes().size() - 1);
      inside.merge(outer, each.nanos(), Double::sum);
    }
    Map<Key, Sums> sums = new LinkedHashMap<>();
    for (Timed each : timed) {
      if (each.runs() == 0) {
        continue;
      }
      Sums sum = sums.computeIfAbsent(key(each), _ -> new Sums(each.nodes()));
      sum.runs += each.runs();
      sum.nanos += each.nanos() - (each.holdsSteps() ? inside.getOrDefault(each.nodes(), 0.0) : 0);
      sum.bytes += each.bytes();
      sum.flops += each.flops();
    }
    List<Measurement> steps = new ArrayList<>();
    sums.forEach((key, sum) ->
        steps.add(
            new Measurement(
                sum.nodes,
                key.step,
                key.kernel,
                sum.runs,
                Math.max(0, Math.round(sum.nanos)),
                sum.bytes,
                sum.flops)));
    return new Measurement.Program(
        calls.sum(), nanos.sum(), preparations.sum(), preparationNanos.sum(), memory.get(), steps);
  }

  private Key key(Timed each) {
    return new Key(each.nodes().stream().map(numbers::get).toList(), each.step(), each.kernel());
  }
}
