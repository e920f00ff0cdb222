package arignote.backend.cuda;

import arignote.backend.cuda.codegen.Prelude;
import arignote.backend.cuda.driver.KernelHandle;
import arignote.backend.cuda.kernel.Argument;
import arignote.backend.cuda.kernel.Launch;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.View;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Launches a kernel.
///
/// @param operation the number of the node that it belongs to
/// @param guarded whether it must do nothing once an error is noted
record KernelLaunch(
    String name,
    Launch launch,
    Supplier<KernelHandle> kernel,
    int operation,
    boolean guarded,
    List<View> reads,
    List<View> writes)
    implements Instruction {
  @Override
  public void run(Run run) {
    long[] numbers = run.numbers();
    numbers[0] = run.progress();
    numbers[1] = operation;
    numbers[2] = guarded ? run.errors() : 0;
    List<Argument> arguments = launch.arguments();
    for (int i = 0; i < arguments.size(); i++) {
      numbers[Prelude.FIRST + i] = run.value(arguments.get(i));
    }
    run.stream()
        .launch(
            kernel.get(),
            launch.blocks(),
            launch.threads(),
            numbers,
            Prelude.FIRST + arguments.size());
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    return new Plan.Step(
        name,
        Optional.of(writer.kernel(launch.code())),
        writer.access(reads),
        writer.access(writes),
        List.of("%d x %d threads".formatted(launch.blocks(), launch.threads())),
        List.of());
  }
}
