package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Memory;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.ScanSteps;
import java.util.List;

/// Runs the prepared body of a scan once for each step.
final class ScanLoop implements Instruction {
  private final Instruction[] body;
  private final ScanSteps steps;

  ScanLoop(List<Instruction> body, ScanSteps steps) {
    this.body = body.toArray(Instruction[]::new);
    this.steps = steps;
  }

  @Override
  public void run(long[] base) {
    steps.start(base);
    for (long step = 0; step < steps.count(); step++) {
      steps.enter(base, step);
      for (Instruction instruction : body) {
        instruction.run(base);
      }
      steps.leave(base);
    }
    steps.finish(base, Memory::copy);
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    return steps.describe(writer, List.of(body));
  }
}
