package arignote.backend.cpu;

import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// Small instructions that leave each other's memory alone, shared by threads: the updates of all
/// parameters of a model, each too small for several threads.
final class Sweep implements Instruction, Workers.Task {
  /// What an instruction for one thread touches.
  ///
  /// @param work how many threads it would be worth
  record Footprint(Set<Slot> reads, Set<Slot> writes, double work) {}

  private final Instruction[][] shares;
  private final Workers workers;
  private long[] base = {};

  private Sweep(List<List<Instruction>> shares, Workers workers) {
    this.shares =
        shares.stream()
            .map(share -> share.toArray(Instruction[]::new))
            .toArray(Instruction[][]::new);
    this.workers = workers;
  }

  /// How many instructions, from one on, may run at once; at least 1.
  static int length(List<Instruction> instructions, int from) {
    Set<Slot> read = new HashSet<>();
    Set<Slot> written = new HashSet<>();
    int length = 0;
    for (Instruction instruction : instructions.subList(from, instructions.size())) {
      Optional<Footprint> next = instruction.footprint();
      if (next.isEmpty()
          || meet(next.get().writes, written)
          || meet(next.get().writes, read)
          || meet(next.get().reads, written)) {
        break;
      }
      read.addAll(next.get().reads);
      written.addAll(next.get().writes);
      length++;
    }
    return Math.max(1, length);
  }

  private static boolean meet(Set<Slot> slots, Set<Slot> others) {
    return slots.stream().anyMatch(others::contains);
  }

  /// Whether several threads are worth it for some instructions.
  static boolean isWorthwhile(List<Instruction> instructions) {
    return instructions.size() > 1 && instructions.stream().mapToDouble(Sweep::work).sum() >= 2;
  }

  /// The largest first, each instruction goes to whoever has least to do.
  static Sweep of(List<Instruction> instructions, Workers workers, int threads) {
    List<List<Instruction>> shares = new ArrayList<>();
    double[] work = new double[Math.min(threads, instructions.size())];
    for (int i = 0; i < work.length; i++) {
      shares.add(new ArrayList<>());
    }
    instructions.stream()
        .sorted(Comparator.comparingDouble(Sweep::work).reversed())
        .forEach(instruction -> {
          int least =
              IntStream.range(0, work.length)
                  .boxed()
                  .min(Comparator.comparingDouble(i -> work[i]))
                  .orElseThrow();
          shares.get(least).add(instruction);
          work[least] += work(instruction);
        });
    return new Sweep(shares, workers);
  }

  private static double work(Instruction instruction) {
    return instruction.footprint().map(Footprint::work).orElse(0.0);
  }

  @Override
  public void run(long[] base) {
    this.base = base;
    workers.run(shares.length, this);
  }

  @Override
  public void run(int part) {
    for (Instruction instruction : shares[part]) {
      instruction.run(base);
    }
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    List<Plan.Part> parts = new ArrayList<>();
    for (Instruction[] share : shares) {
      parts.add(new Plan.Part("thread", List.of(), writer.describe(share)));
    }
    return new Plan.Step("sweep", Optional.empty(), List.of(), List.of(), List.of(), parts);
  }

  /// The slots of some places.
  static Set<Slot> slots(List<LoopNest.Place> places) {
    Set<Slot> slots = new HashSet<>();
    places.stream()
        .map(LoopNest.Place::slot)
        .filter(slot -> slot.kind() != Slot.Kind.ZERO)
        .forEach(slots::add);
    return slots;
  }
}
