package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Memory;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.ScanSteps;
import arignote.plan.View;
import java.util.List;
import java.util.Optional;

/// Runs the prepared body of a scan once for each step.
final class ScanLoop implements Instruction {
  /// Steps that only repeat what such a step before them has done, and so need not run.
  ///
  /// @param predicate a bool that says whether a step is one
  /// @param lasting whether all steps behind one are such steps
  /// @param stacks where rows are stacked, which are copied instead
  record Idle(View predicate, boolean lasting, List<View> stacks) {
    Idle {
      stacks = List.copyOf(stacks);
    }

    private boolean is(long[] base) {
      return Memory.getByte(base[predicate.slot().index()] + predicate.offset()) != 0;
    }

    /// Copies the rows of the step before.
    private void repeat(long[] base, long before, long position) {
      for (View stack : stacks) {
        long start = base[stack.slot().index()] + stack.offset();
        long stride = stack.layout().stride(0) * stack.dtype().bytes();
        long bytes = stack.bytes() / stack.layout().dim(0);
        Memory.copy(start + before * stride, start + position * stride, bytes);
      }
    }
  }

  private final Instruction[] body;
  private final ScanSteps steps;
  private final Optional<Idle> idle;

  ScanLoop(List<Instruction> body, ScanSteps steps, Optional<Idle> idle) {
    this.body = body.toArray(Instruction[]::new);
    this.steps = steps;
    this.idle = idle;
  }

  @Override
  public void run(long[] base) {
    steps.start(base);
    boolean wasIdle = false;
    for (long step = 0; step < steps.count(); step++) {
      steps.moveRows(base, step);
      if (idle.isPresent()) {
        boolean isIdle = idle.get().is(base);
        if (isIdle && wasIdle) {
          if (idle.get().lasting && idle.get().stacks.isEmpty()) {
            break;
          }
          idle.get().repeat(base, steps.position(step - 1), steps.position(step));
          continue;
        }
        wasIdle = isIdle;
      }
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
    return steps.describe(writer, () -> facts(writer), List.of(body));
  }

  private List<String> facts(PlanWriter writer) {
    return idle.stream()
        .map(each ->
            "%s where %s"
                .formatted(each.lasting ? "steps end" : "idle", writer.access(each.predicate)))
        .toList();
  }
}
