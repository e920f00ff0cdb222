package arignote.backend.cuda;

import arignote.backend.cuda.kernel.Slot;
import arignote.backend.cuda.kernel.View;
import arignote.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Puts the prepared body of a scan into the stream once for each step. Between steps only
/// addresses change: sequences and stacked outputs move on by a row, carries swap their memory.
///
/// @param rows slots that follow the rows of tensors
/// @param carries those that are not updated in place
/// @param remark why it is done step by step
record ScanLoop(
    List<Instruction> body,
    long steps,
    boolean reverse,
    List<Row> rows,
    List<Carry> carries,
    String remark)
    implements Instruction {
  /// A slot that follows the rows of a tensor.
  ///
  /// @param slot whose address is set before each step
  /// @param rows the tensor's memory
  /// @param stride from one row to the next in bytes
  record Row(Slot slot, Slot rows, long offset, long stride) {}

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
    return new ScanLoop(body, steps, reverse, rows, carries, reason);
  }

  @Override
  public void run(Run run) {
    for (Carry carry : carries) {
      run.move(carry.in, run.address(carry.initial));
    }
    for (long step = 0; step < steps; step++) {
      long position = reverse ? steps - 1 - step : step;
      for (Row row : rows) {
        run.move(row.slot, run.address(row.rows) + row.offset + position * row.stride);
      }
      for (Carry carry : carries) {
        if (!carry.stacked) {
          // The last step, whose successors would alternate, writes to the result.
          boolean toResult = (steps - 1 - step) % 2 == 0;
          run.move(carry.out, run.address(toResult ? carry.result : carry.other));
        }
      }
      run.run(body);
      for (Carry carry : carries) {
        run.move(carry.in, run.address(carry.out));
      }
    }
    for (Carry carry : carries) {
      if (carry.stacked) {
        run.stream().copy(run.address(carry.result), run.address(carry.in), carry.bytes);
      }
    }
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    List<String> notes = new ArrayList<>(List.of("steps=" + steps));
    if (reverse) {
      notes.add("reverse");
    }
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
