package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Memory;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.Slot;
import arignote.plan.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Runs the prepared body of a scan once for each step. Between steps only addresses change:
/// sequences and stacked outputs move on by a row, carries swap their memory.
final class ScanLoop implements Instruction {
  /// A slot that follows the rows of a tensor, or stays at one.
  ///
  /// @param slot whose address is set before each step
  /// @param rows the tensor's memory
  /// @param stride from one row to the next in bytes; 0 if the slot stays
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

  private final Instruction[] body;
  private final long steps;
  private final boolean reverse;
  private final Row[] rows;
  private final Carry[] carries;

  ScanLoop(
      List<Instruction> body, long steps, boolean reverse, List<Row> rows, List<Carry> carries) {
    this.body = body.toArray(Instruction[]::new);
    this.steps = steps;
    this.reverse = reverse;
    this.rows = rows.toArray(Row[]::new);
    this.carries = carries.toArray(Carry[]::new);
  }

  @Override
  public void run(long[] base) {
    for (Carry carry : carries) {
      base[carry.in.index()] = base[carry.initial.slot().index()] + carry.initial.offset();
    }
    for (long step = 0; step < steps; step++) {
      long position = reverse ? steps - 1 - step : step;
      for (Row row : rows) {
        base[row.slot.index()] = base[row.rows.index()] + row.offset + position * row.stride;
      }
      for (Carry carry : carries) {
        if (!carry.stacked) {
          // The last step, whose successors would alternate, writes to the result.
          boolean toResult = (steps - 1 - step) % 2 == 0;
          base[carry.out.index()] = base[(toResult ? carry.result : carry.other).index()];
        }
      }
      for (Instruction instruction : body) {
        instruction.run(base);
      }
      for (Carry carry : carries) {
        base[carry.in.index()] = base[carry.out.index()];
      }
    }
    for (Carry carry : carries) {
      if (carry.stacked || steps == 0) {
        Memory.copy(base[carry.in.index()], base[carry.result.index()], carry.bytes);
      }
    }
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    List<String> facts = new ArrayList<>();
    for (Row row : rows) {
      String offset = row.offset == 0 ? "" : " + " + row.offset + " bytes";
      String place = name(writer, row.rows) + offset;
      facts.add(
          row.stride == 0
              ? "%s is %s".formatted(name(writer, row.slot), place)
              : "%s follows %s by %d bytes".formatted(name(writer, row.slot), place, row.stride));
    }
    for (Carry carry : carries) {
      String out = name(writer, carry.out);
      facts.add(
          "%s is %s first, then %s"
              .formatted(name(writer, carry.in), writer.access(carry.initial), out));
      String result = name(writer, carry.result);
      facts.add(
          carry.stacked
              ? "%s is the last %s, copied".formatted(result, out)
              : "%s is %s and %s in turns".formatted(out, name(writer, carry.other), result));
    }
    List<String> notes = new ArrayList<>(List.of("steps=" + steps));
    if (reverse) {
      notes.add("reverse");
    }
    return new Plan.Step(
        "scan",
        Optional.empty(),
        List.of(),
        List.of(),
        notes,
        List.of(new Plan.Part("step", facts, writer.describe(body))));
  }

  private static String name(PlanWriter writer, Slot slot) {
    return writer.name(slot);
  }
}
