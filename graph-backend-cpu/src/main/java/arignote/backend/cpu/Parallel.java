package arignote.backend.cpu;

import arignote.plan.Plan;
import arignote.plan.PlanWriter;
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
