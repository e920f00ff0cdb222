package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Memory;
import arignote.plan.Plan;
import java.util.List;

/// Sets memory to zeros.
final class ZeroFill implements Instruction {
  private final View to;
  private final int slot;
  private final long offset;
  private final long bytes;

  /// @param to dense
  ZeroFill(View to) {
    this.to = to;
    this.slot = to.slot().index();
    this.offset = to.offset();
    this.bytes = to.bytes();
  }

  @Override
  public void run(long[] base) {
    Memory.zero(base[slot] + offset, bytes);
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    return writer.step("zero", List.of(), to);
  }
}
