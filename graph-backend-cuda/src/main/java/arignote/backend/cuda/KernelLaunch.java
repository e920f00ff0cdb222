package arignote.backend.cuda;

import arignote.backend.cuda.driver.KernelHandle;
import arignote.backend.cuda.kernel.Launch;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.Slot;
import arignote.plan.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Launches a kernel.
///
/// @param operation the number of the node that it belongs to
/// @param guard a number that must be 0, else the kernel does nothing: where errors are noted, or
///   where it says that a branch is not taken
record KernelLaunch(
    String name,
    Launch launch,
    Supplier<KernelHandle> kernel,
    int operation,
    Optional<Slot> guard,
    List<View> reads,
    List<View> writes)
    implements Instruction {
  @Override
  public void run(Run run) {
    run.stream()
        .launch(
            kernel.get(),
            launch.blocks(),
            launch.threads(),
            run.numbers(launch, operation, guard),
            Run.argumentCount(launch));
  }

  private List<String> notes(PlanWriter writer) {
    List<String> notes = new ArrayList<>();
    notes.add("%d x %d threads".formatted(launch.blocks(), launch.threads()));
    guard.ifPresent(slot -> notes.add("unless " + writer.name(slot)));
    return notes;
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    return new Plan.Step(
        name,
        Optional.of(writer.kernel(launch.code())),
        writer.access(reads),
        writer.access(writes),
        notes(writer),
        List.of());
  }
}
