package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Memory;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.View;
import java.util.List;

/// Sets memory to zeros; threads share it.
final class ZeroFill implements Instruction, Workers.Task {
  private static final long LINE = 64;

  private final View to;
  private final int slot;
  private final long offset;
  private final long bytes;
  private final Workers workers;
  private final int parts;
  private long[] base = {};

  /// @param to dense
  ZeroFill(View to, Toolbox tools) {
    this.to = to;
    this.slot = to.slot().index();
    this.offset = to.offset();
    this.bytes = to.bytes();
    this.workers = tools.workers();
    this.parts = Grain.parts(bytes / Float.BYTES, bytes / LINE, tools.threads());
  }

  /// Whether a number is the zero that all bits 0 are.
  static boolean isZero(double value) {
    return Double.doubleToRawLongBits(value) == 0;
  }

  @Override
  public void run(long[] base) {
    this.base = base;
    workers.run(parts, this);
  }

  @Override
  public void run(int part) {
    long from = boundary(part);
    Memory.zero(base[slot] + offset + from, boundary(part + 1) - from);
  }

  private long boundary(int part) {
    return part == parts ? bytes : bytes * part / parts / LINE * LINE;
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    return writer.step("zero", List.of(), to);
  }
}
