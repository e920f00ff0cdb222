package arignote.backend.cuda;

import arignote.backend.cuda.driver.KernelHandle;
import arignote.backend.cuda.kernel.Launch;
import arignote.backend.cuda.loop.Arrangement;
import arignote.backend.cuda.loop.Sharing;
import arignote.backend.cuda.loop.Task;
import arignote.backend.cuda.loop.Wait;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// A loop over time as one kernel, all of whose blocks run at once.
///
/// How many blocks a device holds is known for certain when the kernel has been compiled. If it
/// does not hold all of them, the loop is done step by step after all.
///
/// @param loop the same step by step, its body in the order of the arrangement's tasks
/// @param clearing sets what blocks are counted in to 0, if they wait for each other
/// @param operation the number of the scan
/// @param guard a number that must be 0, else nothing is done
/// @param remark why it is one kernel
record PersistentScan(
    Launch launch,
    Supplier<KernelHandle> kernel,
    Arrangement arrangement,
    ScanLoop loop,
    Optional<Clear> clearing,
    int operation,
    Optional<Slot> guard,
    Gpu gpu,
    String remark)
    implements Instruction {
  @Override
  public void run(Run run) {
    if (!isHeld()) {
      loop.run(run);
      return;
    }
    clearing.ifPresent(clear -> clear.run(run));
    run.stream()
        .launchTogether(
            kernel.get(),
            launch.blocks(),
            launch.threads(),
            Math.toIntExact(arrangement.bytes()),
            run.numbers(launch, operation, guard),
            Run.argumentCount(launch));
    loop.finish(run, loop.steps().count());
  }

  private boolean isHeld() {
    int bytes = Math.toIntExact(arrangement.bytes());
    return gpu.device().resident(kernel.get(), launch.threads(), bytes) >= launch.blocks();
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    return loop.steps()
        .describe(writer, List::of, stages())
        .by(writer.kernel(launch.code()))
        .noting(
            List.of(
                remark,
                "%d x %d threads".formatted(launch.blocks(), launch.threads()),
                "%d bytes on the chip".formatted(arrangement.bytes())));
  }

  private List<PlanWriter.Described> stages() {
    List<PlanWriter.Described> stages = new ArrayList<>();
    for (int i = 0; i < loop.body().size(); i++) {
      Wait wait = arrangement.division().waits().get(i);
      if (wait != Wait.NOBODY) {
        String who = wait == Wait.ALL ? "all blocks" : "in each block";
        stages.add(_ -> Plan.Step.of("wait", List.of(), List.of(), who));
      }
      Task task = arrangement.division().tasks().get(i);
      Instruction instruction = loop.body().get(i);
      stages.add(writer -> describe(task, instruction, writer));
    }
    return stages;
  }

  /// What a step would be by itself, without its kernel.
  private static Plan.Step describe(Task task, Instruction instruction, PlanWriter writer) {
    Plan.Step step =
        instruction instanceof KernelLaunch own
            ? Plan.Step.of(own.name(), writer.access(own.reads()), writer.access(own.writes()))
            : instruction.describe(writer);
    String sharing =
        switch (task.sharing()) {
          case Sharing.Columns(long count) when task.parts() > 1 ->
              "%d columns in each of %d parts shared".formatted(count, task.parts());
          case Sharing.Columns(long count) -> "%d columns shared".formatted(count);
          case Sharing.Positions() -> "positions shared";
          case Sharing.Everything() -> "in each block";
        };
    return step.noting(List.of(sharing));
  }
}
