package arignote.backend.cpu;

import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.View;
import java.util.List;

/// Checks the indices of a gather or scatter before it reads or writes with them.
record IndexCheck(Indices indices, View index) implements Instruction {
  @Override
  public void run(long[] base) {
    indices.check(base[index.slot().index()] + index.offset());
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    return Plan.Step.of("check_indices", List.of(writer.access(index)), List.of());
  }
}
