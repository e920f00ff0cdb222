package arignote.backend.cpu;

import arignote.ir.Apply;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An instruction with a stopwatch.
///
/// In a loop, whose steps are short and alike, it looks at the clock in every fifth step only, the
/// first ones apart, which wait for classes to be loaded: looking costs as much as a small step.
final class Timed implements Instruction {
  private static final int FIRST = 20;
  private static final int EVERY = 5;

  private final Instruction instruction;
  private final List<Apply> nodes;
  private final int threads;
  private double flopsOfRun;
  private final boolean inLoop;
  private long runs;
  private long firstNanos;
  private long nanos;
  private long measured;

  /// Known once the plan has been written.
  private Optional<Plan.Step> step = Optional.empty();

  Timed(Instruction instruction, List<Apply> nodes, int threads, double flopsOfRun) {
    this.instruction = instruction;
    this.nodes = List.copyOf(nodes);
    this.threads = threads;
    this.inLoop = nodes.size() > 1;
    this.flopsOfRun = isMove(instruction) ? 0 : flopsOfRun;
  }

  /// Divides what a node computes among its instructions.
  static void shareFlops(List<Instruction> ofNode) {
    List<Timed> computing = new ArrayList<>();
    for (Instruction instruction : ofNode) {
      if (instruction instanceof Timed timed && timed.flopsOfRun > 0) {
        computing.add(timed);
      }
    }
    computing.forEach(timed -> timed.flopsOfRun /= computing.size());
  }

  /// What only moves elements is not what its node computes.
  private static boolean isMove(Instruction instruction) {
    return instruction instanceof CopyNest
        || instruction instanceof ZeroFill
        || instruction instanceof PackedPanels;
  }

  @Override
  public void run(long[] base) {
    boolean isFirst = runs < FIRST;
    if (!isFirst && inLoop && runs % EVERY != 0) {
      instruction.run(base);
    } else {
      long start = System.nanoTime();
      instruction.run(base);
      long took = System.nanoTime() - start;
      if (isFirst) {
        firstNanos += took;
      } else {
        nanos += took;
        measured++;
      }
    }
    runs++;
  }

  @Override
  public Optional<Sweep.Footprint> footprint() {
    return instruction.footprint();
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    Plan.Step described = instruction.describe(writer);
    step = Optional.of(described);
    return described;
  }

  List<Apply> nodes() {
    return nodes;
  }

  long runs() {
    return runs;
  }

  /// The share of the time that passed.
  double nanos() {
    double others = measured == 0 ? 0 : (double) nanos / measured * (runs - FIRST);
    return (firstNanos + others) / threads;
  }

  long bytes() {
    return runs * step.map(Plan.Step::bytes).orElse(0L);
  }

  double flops() {
    return runs * flopsOfRun;
  }

  String step() {
    return step.map(Plan.Step::op).orElse("");
  }

  String kernel() {
    return step.flatMap(Plan.Step::kernel).orElse("");
  }

  boolean holdsSteps() {
    return step.map(described -> !described.parts().isEmpty()).orElse(false);
  }
}
