package arignote.backend.cpu;

import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Independent instructions, each run by a thread of its own.
final class Parallel implements Instruction, Workers.Task {
  private final Instruction[] parts;
  private final Workers workers;
  private long[] base = {};

  Parallel(List<? extends Instruction> parts, Workers workers) {
    this.parts = parts.toArray(Instruction[]::new);
    this.workers = workers;
  }

  @Override
  public void run(long[] base) {
    this.base = base;
    workers.run(parts.length, this);
  }

  @Override
  public void run(int part) {
    parts[part].run(base);
  }

  /// Part by part: what one part needs of the other instruction, and what it leaves alone, all do.
  @Override
  public Optional<Instruction> joined(Instruction next) {
    if (!(next instanceof Parallel other) || parts.length != other.parts.length) {
      return Optional.empty();
    }
    List<Instruction> both = new ArrayList<>();
    for (int i = 0; i < parts.length; i++) {
      parts[i].joined(other.parts[i]).ifPresent(both::add);
    }
    return both.size() == parts.length
        ? Optional.of(new Parallel(both, workers))
        : Optional.empty();
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    return new Plan.Step(
        "parallel",
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        List.of(new Plan.Part("threads", List.of(), writer.describe(parts))));
  }
}
