package arignote.backend.cuda;

import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.View;
import java.util.List;

/// Sets all of a dense view to zeros.
record Clear(View to) implements Instruction {
  @Override
  public void run(Run run) {
    run.stream().clear(run.address(to), to.bytes());
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    return Plan.Step.of("clear", List.of(), List.of(writer.access(to)));
  }
}
