package arignote.backend.cpu;

import java.util.List;

/// Independent instructions, each run by a thread of its own.
final class Parallel implements Instruction, Workers.Task {
  private final Instruction[] parts;
  private final Workers workers;
  private long[] base = {};

  Parallel(List<? extends Instruction> parts, Workers workers) {
    this.parts = parts.toArray(Instruction[]::new);
    this.workers = workers;
  }

  @Override
  public void run(long[] base) {
    this.base = base;
    workers.run(parts.length, this);
  }

  @Override
  public void run(int part) {
    parts[part].run(base);
  }
}
