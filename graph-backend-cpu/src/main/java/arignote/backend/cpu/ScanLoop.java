package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Memory;
import arignote.plan.Plan;
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
  private final long steps;
  private final boolean reverse;
  private final Row[] rows;
  private final Carry[] carries;
  private final Optional<Idle> idle;

  ScanLoop(
      List<Instruction> body,
      long steps,
      boolean reverse,
      List<Row> rows,
      List<Carry> carries,
      Optional<Idle> idle) {
    this.body = body.toArray(Instruction[]::new);
    this.steps = steps;
    this.reverse = reverse;
    this.rows = rows.toArray(Row[]::new);
    this.carries = carries.toArray(Carry[]::new);
    this.idle = idle;
  }

  @Override
  public void run(long[] base) {
    for (Carry carry : carries) {
      base[carry.in.index()] = base[carry.initial.slot().index()] + carry.initial.offset();
    }
    boolean wasIdle = false;
    for (long step = 0; step < steps; step++) {
      long position = reverse ? steps - 1 - step : step;
      for (Row row : rows) {
        base[row.slot.index()] = base[row.rows.index()] + row.offset + position * row.stride;
      }
      if (idle.isPresent()) {
        boolean isIdle = idle.get().is(base);
        if (isIdle && wasIdle) {
          if (idle.get().lasting && idle.get().stacks.isEmpty()) {
            break;
          }
          idle.get().repeat(base, reverse ? position + 1 : position - 1, position);
          continue;
        }
        wasIdle = isIdle;
      }
      for (Carry carry : carries) {
        if (!carry.stacked) {
          base[carry.out.index()] = base[place(base, carry, step).index()];
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
      if (base[carry.in.index()] != base[carry.result.index()]) {
        Memory.copy(base[carry.in.index()], base[carry.result.index()], carry.bytes);
      }
    }
  }

  /// Where a step writes a carry: where the one before did not. The last step, whose successors
  /// would alternate, writes to the result, if none was left out.
  private Slot place(long[] base, Carry carry, long step) {
    boolean toResult = (steps - 1 - step) % 2 == 0;
    Slot place = toResult ? carry.result : carry.other;
    if (idle.isPresent() && base[place.index()] == base[carry.in.index()]) {
      return toResult ? carry.other : carry.result;
    }
    return place;
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
    for (Idle each : idle.stream().toList()) {
      String where = writer.access(each.predicate).toString();
      facts.add(
          each.lasting ? "steps end where %s".formatted(where) : "idle where %s".formatted(where));
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
    return writer.buffer(slot).name();
  }
}
