package arignote.backend.cuda;

import arignote.backend.cuda.codegen.Prelude;
import arignote.backend.cuda.driver.KernelHandle;
import arignote.backend.cuda.kernel.Argument;
import arignote.backend.cuda.kernel.Launch;
import arignote.backend.cuda.loop.Arrangement;
import arignote.backend.cuda.loop.Sharing;
import arignote.backend.cuda.loop.Stage;
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
/// @param stages the instructions of the body, in the order of the arrangement's tasks
/// @param operation the number of the scan
/// @param guard a number that must be 0, else nothing is done
/// @param loop the same step by step
/// @param clearing sets what blocks are counted in to 0, if they wait for each other
/// @param remark why it is one kernel
record PersistentScan(
    Launch launch,
    Supplier<KernelHandle> kernel,
    Arrangement arrangement,
    List<Instruction> stages,
    Optional<Clear> clearing,
    int operation,
    Optional<Slot> guard,
    Gpu gpu,
    ScanLoop loop,
    String remark)
    implements Instruction {
  @Override
  public void run(Run run) {
    if (!isHeld()) {
      loop.run(run);
      return;
    }
    clearing.ifPresent(clear -> clear.run(run));
    long[] numbers = run.numbers();
    numbers[0] = run.progress();
    numbers[1] = operation;
    numbers[2] = guard.map(run::address).orElse(0L);
    List<Argument> arguments = launch.arguments();
    for (int i = 0; i < arguments.size(); i++) {
      numbers[Prelude.FIRST + i] = run.value(arguments.get(i));
    }
    run.stream()
        .launchTogether(
            kernel.get(),
            launch.blocks(),
            launch.threads(),
            Math.toIntExact(arrangement.bytes()),
            numbers,
            Prelude.FIRST + arguments.size());
    copyLastRows(run);
  }

  /// Copies the last values of carries that are stacked too.
  private void copyLastRows(Run run) {
    for (ScanLoop.Carry carry : loop.carries()) {
      if (carry.stacked()) {
        long last = loop.place(run, carry, loop.steps());
        run.stream().copy(run.address(carry.result()), last, carry.bytes());
      }
    }
  }

  private boolean isHeld() {
    int bytes = Math.toIntExact(arrangement.bytes());
    return gpu.device().resident(kernel.get(), launch.threads(), bytes) >= launch.blocks();
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    List<String> notes = new ArrayList<>(List.of("steps=" + loop.steps()));
    if (loop.reverse()) {
      notes.add("reverse");
    }
    notes.add(remark);
    notes.add("%d x %d threads".formatted(launch.blocks(), launch.threads()));
    notes.add("%d bytes on the chip".formatted(arrangement.bytes()));
    List<Plan.Step> steps = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      Wait wait = arrangement.division().waits().get(i);
      if (wait != Wait.NOBODY) {
        steps.add(
            Plan.Step.of(
                "wait", List.of(), List.of(), wait == Wait.ALL ? "all blocks" : "in each block"));
      }
      steps.add(describe(arrangement.division().tasks().get(i), stages.get(i).describe(writer)));
    }
    return new Plan.Step(
        "scan",
        Optional.of(writer.kernel(launch.code())),
        List.of(),
        List.of(),
        notes,
        List.of(new Plan.Part("step", loop.facts(writer), steps)));
  }

  /// What a step would be as a kernel of its own, without that.
  private static Plan.Step describe(Task task, Plan.Step step) {
    List<String> notes = new ArrayList<>();
    notes.add(
        switch (task.sharing()) {
          case Sharing.Columns(long count) when task.parts() > 1 ->
              "%d columns in each of %d parts shared".formatted(count, task.parts());
          case Sharing.Columns(long count) -> "%d columns shared".formatted(count);
          case Sharing.Positions() -> "positions shared";
          case Sharing.Everything() -> "in each block";
        });
    if (task.stage() instanceof Stage.Product) {
      notes.addAll(step.notes());
    }
    return Plan.Step.of(step.op(), step.reads(), step.writes(), notes.toArray(String[]::new));
  }
}
