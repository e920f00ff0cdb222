package arignote.backend.cuda;

import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.ScanSteps;
import arignote.plan.View;
import java.util.List;
import java.util.Optional;

/// Puts the prepared body of a scan into the stream once for each step. Between steps only
/// addresses change: sequences and stacked outputs move on by a row, carries swap their memory.
///
/// Where a carry says that the steps behind it need not be run, the host looks at it after every
/// [#CHUNK] steps. What the skipped steps would have stacked is copied from one that did nothing.
///
/// @param stacks the rows that steps write, one behind the other
/// @param flag where a step finds out that it, and those behind it, need not be run
/// @param remark why it is done step by step
record ScanLoop(
    List<Instruction> body,
    ScanSteps steps,
    List<ScanSteps.Row> stacks,
    Optional<View> flag,
    String remark)
    implements Instruction {
  /// So many steps are put into the stream before the host waits to see whether more are needed.
  static final int CHUNK = 16;

  ScanLoop {
    body = List.copyOf(body);
    stacks = List.copyOf(stacks);
  }

  /// The same with another remark.
  ScanLoop because(String reason) {
    return new ScanLoop(body, steps, stacks, flag, reason);
  }

  @Override
  public boolean decides() {
    return flag.isPresent();
  }

  @Override
  public void run(Run run) {
    long done = flag.isPresent() ? inChunks(run, flag.get()) : steps(run, 0, steps.count());
    finish(run, done);
  }

  /// Copies the last values of carries to their results, once some steps are done.
  void finish(Run run, long done) {
    steps.moveTo(run.base(), done);
    steps.finish(run.base(), (from, to, bytes) -> run.stream().copy(to, from, bytes));
  }

  /// Runs steps until nothing changes any more, or all.
  ///
  /// @return how many
  private long inChunks(Run run, View ended) {
    for (long from = 0; from < steps.count(); from += CHUNK) {
      long start = from;
      long end = Math.min(from + CHUNK, steps.count());
      run.piece(this, start, () -> steps(run, start, end));
      steps.moveTo(run.base(), end);
      if (end < steps.count() && run.isTrue(ended)) {
        // This step does nothing, as would all behind it.
        steps(run, end, end + 1);
        repeat(run, end);
        return end + 1;
      }
    }
    return steps.count();
  }

  /// Runs some steps.
  ///
  /// @return how many have been run then from the first of all on
  private long steps(Run run, long from, long to) {
    for (long step = from; step < to; step++) {
      steps.moveTo(run.base(), step);
      steps.moveRows(run.base(), step);
      steps.enter(run.base(), step);
      run.run(body);
    }
    return to;
  }

  /// Writes what a step has stacked to the rows of all steps behind it.
  private void repeat(Run run, long step) {
    long rest = steps.count() - 1 - step;
    for (ScanSteps.Row row : stacks) {
      if (rest > 0) {
        long from = steps.address(run.base(), row, step);
        long bytes = row.stride();
        // What is there already is copied behind itself, twice as much each time.
        for (long copied = 1; copied <= rest; copied *= 2) {
          long more = Math.min(copied, rest + 1 - copied);
          run.stream()
              .copy(
                  steps.isReverse() ? from - (copied + more - 1) * bytes : from + copied * bytes,
                  steps.isReverse() ? from - (more - 1) * bytes : from,
                  more * bytes);
        }
      }
    }
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    return steps.describe(writer, () -> facts(writer), body).noting(List.of(remark));
  }

  private List<String> facts(PlanWriter writer) {
    return flag.stream()
        .map(view -> "steps end where %s, in chunks of %d".formatted(writer.access(view), CHUNK))
        .toList();
  }
}
