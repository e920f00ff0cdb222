package arignote.backend.cuda;

import static java.util.Objects.requireNonNull;

import arignote.ir.Apply;
import arignote.plan.Measurement;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What was measured of one program, by the device's own clock.
final class Profiler {
  /// What is known of an instruction.
  ///
  /// @param nodes the node that it is for, and before it those that it is inside of
  /// @param flops of the node
  record Purpose(Instruction instruction, List<Apply> nodes, double flops) {}

  private record Key(List<Apply> nodes, String step, String kernel) {}

  private static final class Sums {
    long runs;
    double nanos;
    long bytes;
    double flops;
  }

  private record Described(Key key, long bytes, double flops) {}

  private final Map<Instruction, Described> described = new IdentityHashMap<>();
  private final Map<Key, Sums> sums = new LinkedHashMap<>();
  private long calls;
  private long callNanos;
  private long preparations;
  private long preparationNanos;
  private long memory;

  /// Learns what the instructions of a preparation are for.
  ///
  /// @param writer of their plan
  synchronized void describe(List<Purpose> purposes, PlanWriter writer) {
    // Instructions share what their node computes; those that only move elements have no part.
    Map<List<Apply>, Integer> sharing = new HashMap<>();
    List<Plan.Step> steps = new ArrayList<>();
    for (Purpose purpose : purposes) {
      Plan.Step step = purpose.instruction.describe(writer);
      steps.add(step);
      if (!isMove(step)) {
        sharing.merge(purpose.nodes, 1, Integer::sum);
      }
    }
    for (int i = 0; i < steps.size(); i++) {
      Purpose purpose = purposes.get(i);
      Plan.Step step = steps.get(i);
      // What has steps inside does no work itself, unless they are parts of its kernel.
      if (step.parts().isEmpty() || step.kernel().isPresent()) {
        double flops = isMove(step) ? 0 : purpose.flops / sharing.getOrDefault(purpose.nodes, 1);
        described.put(
            purpose.instruction,
            new Described(
                new Key(purpose.nodes, step.op(), step.kernel().orElse("")), step.bytes(), flops));
      }
    }
  }

  /// Whether an instruction does work that can be measured.
  synchronized boolean measures(Instruction instruction) {
    return described.containsKey(instruction);
  }

  private static boolean isMove(Plan.Step step) {
    return step.op().equals("copy") || step.op().equals("clear");
  }

  /// Adds a run of an instruction that it [#measures].
  synchronized void add(Instruction instruction, double nanos) {
    Described known = requireNonNull(described.get(instruction));
    Sums sum = sums.computeIfAbsent(known.key, _ -> new Sums());
    sum.runs++;
    sum.nanos += nanos;
    sum.bytes += known.bytes;
    sum.flops += known.flops;
  }

  synchronized void called(long took, long bytes) {
    calls++;
    callNanos += took;
    memory = Math.max(memory, bytes);
  }

  synchronized void prepared(long took) {
    preparations++;
    preparationNanos += took;
  }

  /// What has been measured so far.
  synchronized Measurement.Program measurements() {
    List<Measurement> steps = new ArrayList<>();
    sums.forEach((key, sum) ->
        steps.add(
            new Measurement(
                key.nodes,
                key.step,
                key.kernel,
                sum.runs,
                Math.round(sum.nanos),
                sum.bytes,
                sum.flops)));
    return new Measurement.Program(calls, callNanos, preparations, preparationNanos, memory, steps);
  }
}
