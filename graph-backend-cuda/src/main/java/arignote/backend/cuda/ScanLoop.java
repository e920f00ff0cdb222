package arignote.backend.cuda;

import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.Slot;
import arignote.plan.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Puts the prepared body of a scan into the stream once for each step. Between steps only
/// addresses change: sequences and stacked outputs move on by a row, carries swap their memory.
///
/// Where a carry says that the steps behind it need not be run, the host looks at it after every
/// [#CHUNK] steps. What the skipped steps would have stacked is copied from one that did nothing.
///
/// @param rows slots that follow the rows of tensors
/// @param carries those that are not updated in place
/// @param flag where a step finds out that it, and those behind it, need not be run
/// @param remark why it is done step by step
record ScanLoop(
    List<Instruction> body,
    long steps,
    boolean reverse,
    List<Row> rows,
    List<Carry> carries,
    Optional<View> flag,
    String remark)
    implements Instruction {
  /// So many steps are put into the stream before the host waits to see whether more are needed.
  static final int CHUNK = 16;

  /// A slot that follows the rows of a tensor.
  ///
  /// @param slot whose address is set before each step
  /// @param rows the tensor's memory
  /// @param stride from one row to the next in bytes
  /// @param written whether steps write the rows, one behind the other; else they read them
  record Row(Slot slot, Slot rows, long offset, long stride, boolean written) {}

  /// A carry that is not updated in place.
  ///
  /// @param in where the body reads it
  /// @param out where the body writes the next one; the slot of a stacked row where the value is
  ///   stacked too
  /// @param stacked whether `out` is set as a [Row]
  /// @param initial what the first step reads
  /// @param result where the last step's value belongs
  /// @param other the second place that steps write to in turns
  record Carry(
      Slot in, Slot out, boolean stacked, View initial, Slot result, Slot other, long bytes) {}

  ScanLoop {
    body = List.copyOf(body);
    rows = List.copyOf(rows);
    carries = List.copyOf(carries);
  }

  /// The same with another remark.
  ScanLoop because(String reason) {
    return new ScanLoop(body, steps, reverse, rows, carries, flag, reason);
  }

  @Override
  public boolean decides() {
    return flag.isPresent();
  }

  @Override
  public void run(Run run) {
    long done = flag.isPresent() ? inChunks(run, flag.get()) : steps(run, 0, steps);
    for (Carry carry : carries) {
      long last = place(run, carry, done);
      if (last != run.address(carry.result)) {
        run.stream().copy(run.address(carry.result), last, carry.bytes);
      }
    }
  }

  /// Runs steps until nothing changes any more, or all.
  ///
  /// @return how many
  private long inChunks(Run run, View ended) {
    for (long from = 0; from < steps; from += CHUNK) {
      long start = from;
      long end = Math.min(from + CHUNK, steps);
      run.piece(this, start, () -> steps(run, start, end));
      moveTo(run, end);
      if (end < steps && run.isTrue(ended)) {
        // This step does nothing, as would all behind it.
        steps(run, end, end + 1);
        repeat(run, end);
        return end + 1;
      }
    }
    return steps;
  }

  /// Runs some steps.
  ///
  /// @return how many have been run then from the first of all on
  private long steps(Run run, long from, long to) {
    for (long step = from; step < to; step++) {
      moveTo(run, step);
      for (Row row : rows) {
        run.move(row.slot, address(run, row, step));
      }
      for (Carry carry : carries) {
        if (!carry.stacked) {
          run.move(carry.out, place(run, carry, step + 1));
        }
      }
      run.run(body);
    }
    return to;
  }

  /// Has carries be read as a step reads them.
  private void moveTo(Run run, long step) {
    for (Carry carry : carries) {
      run.move(carry.in, place(run, carry, step));
    }
  }

  private long address(Run run, Row row, long step) {
    long position = reverse ? steps - 1 - step : step;
    return run.address(row.rows) + row.offset + position * row.stride;
  }

  /// Where the value of a carry lies after some steps.
  long place(Run run, Carry carry, long done) {
    if (done == 0) {
      return run.address(carry.initial);
    }
    if (carry.stacked) {
      Row row = rows.stream().filter(each -> each.slot == carry.out).findFirst().orElseThrow();
      return address(run, row, done - 1);
    }
    // The last step, whose successors would alternate, writes to the result.
    return run.address((steps - done) % 2 == 0 ? carry.result : carry.other);
  }

  /// Writes what a step has stacked to the rows of all steps behind it.
  private void repeat(Run run, long step) {
    long rest = steps - 1 - step;
    for (Row row : rows) {
      if (row.written && rest > 0) {
        long from = address(run, row, step);
        long bytes = row.stride;
        // What is there already is copied behind itself, twice as much each time.
        for (long copied = 1; copied <= rest; copied *= 2) {
          long more = Math.min(copied, rest + 1 - copied);
          run.stream()
              .copy(
                  reverse ? from - (copied + more - 1) * bytes : from + copied * bytes,
                  reverse ? from - (more - 1) * bytes : from,
                  more * bytes);
        }
      }
    }
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    List<String> notes = new ArrayList<>(List.of("steps=" + steps));
    if (reverse) {
      notes.add("reverse");
    }
    flag.ifPresent(
        view -> notes.add("until %s, in chunks of %d".formatted(writer.name(view.slot()), CHUNK)));
    notes.add(remark);
    return new Plan.Step(
        "scan",
        Optional.empty(),
        List.of(),
        List.of(),
        notes,
        List.of(new Plan.Part("step", facts(writer), writer.describe(body))));
  }

  /// Where in each step that lies which moves.
  List<String> facts(PlanWriter writer) {
    List<String> facts = new ArrayList<>();
    for (Row row : rows) {
      String offset = row.offset == 0 ? "" : " + " + row.offset + " bytes";
      facts.add(
          "%s follows %s%s by %d bytes"
              .formatted(writer.name(row.slot), writer.name(row.rows), offset, row.stride));
    }
    for (Carry carry : carries) {
      String out = writer.name(carry.out);
      facts.add(
          "%s is %s first, then %s"
              .formatted(writer.name(carry.in), writer.access(carry.initial), out));
      String result = writer.name(carry.result);
      facts.add(
          carry.stacked
              ? "%s is the last %s, copied".formatted(result, out)
              : "%s is %s and %s in turns".formatted(out, writer.name(carry.other), result));
    }
    return facts;
  }
}
