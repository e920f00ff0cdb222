package arignote.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The steps of a scan, between which only addresses change: sequences and stacked outputs move on
/// by a row, carries swap their memory.
public final class ScanSteps {
  /// A slot that follows the rows of a tensor, or stays at one.
  ///
  /// @param slot whose address is set before each step
  /// @param rows the tensor's memory
  /// @param stride from one row to the next in bytes; 0 if the slot stays
  public record Row(Slot slot, Slot rows, long offset, long stride) {}

  /// A carry that is not updated in place.
  ///
  /// @param in where the body reads it
  /// @param out where the body writes the next one; the slot of a stacked row where the value is
  ///   stacked too
  /// @param stacked whether `out` is set as a [Row]
  /// @param initial what the first step reads
  /// @param result where the last step's value belongs
  /// @param other the second place that steps write to in turns
  public record Carry(
      Slot in, Slot out, boolean stacked, View initial, Slot result, Slot other, long bytes) {}

  /// What copies memory.
  public interface Copier {
    void copy(long from, long to, long bytes);
  }

  private final long count;
  private final boolean reverse;
  private final Row[] rows;
  private final Carry[] carries;

  public ScanSteps(long count, boolean reverse, List<Row> rows, List<Carry> carries) {
    this.count = count;
    this.reverse = reverse;
    this.rows = rows.toArray(Row[]::new);
    this.carries = carries.toArray(Carry[]::new);
  }

  /// How many there are.
  public long count() {
    return count;
  }

  /// The slots that follow the rows of tensors.
  public List<Row> rows() {
    return List.of(rows);
  }

  /// The carries that are not updated in place.
  public List<Carry> carries() {
    return List.of(carries);
  }

  /// The first byte of the row that a step reads or stacks.
  public long address(long[] base, Row row, long step) {
    return base[row.rows.index()] + row.offset + position(step) * row.stride;
  }

  /// Lets the first step read the initial values.
  ///
  /// @param base the address of each slot, by its index
  public void start(long[] base) {
    for (Carry carry : carries) {
      base[carry.in.index()] = base[carry.initial.slot().index()] + carry.initial.offset();
    }
  }

  /// Whether the first step is about the last row.
  public boolean isReverse() {
    return reverse;
  }

  /// The row that a step reads and stacks.
  public long position(long step) {
    return reverse ? count - 1 - step : step;
  }

  /// Moves on to the rows of a step.
  public void moveRows(long[] base, long step) {
    for (Row row : rows) {
      base[row.slot.index()] = address(base, row, step);
    }
  }

  /// Lets a step read carries where the steps before it, all of which have run, have left them.
  public void moveTo(long[] base, long step) {
    if (step == 0) {
      start(base);
      return;
    }
    boolean fromResult = (count - step) % 2 == 0;
    for (Carry carry : carries) {
      base[carry.in.index()] =
          carry.stacked
              ? address(base, rowOf(carry), step - 1)
              : base[(fromResult ? carry.result : carry.other).index()];
    }
  }

  private Row rowOf(Carry carry) {
    return Arrays.stream(rows).filter(row -> row.slot == carry.out).findFirst().orElseThrow();
  }

  /// Says where a step writes carries: where the one before did not. The last step, whose
  /// successors would alternate, writes to the result, if none was left out.
  public void enter(long[] base, long step) {
    boolean toResult = (count - 1 - step) % 2 == 0;
    for (Carry carry : carries) {
      if (!carry.stacked) {
        long first = base[(toResult ? carry.result : carry.other).index()];
        long second = base[(toResult ? carry.other : carry.result).index()];
        base[carry.out.index()] = first == base[carry.in.index()] ? second : first;
      }
    }
  }

  /// Lets the next step read what this one wrote.
  public void leave(long[] base) {
    for (Carry carry : carries) {
      base[carry.in.index()] = base[carry.out.index()];
    }
  }

  /// Copies the last values of carries to their results where they are not there, once all steps
  /// are done.
  public void finish(long[] base, Copier copier) {
    for (Carry carry : carries) {
      if (base[carry.in.index()] != base[carry.result.index()]) {
        copier.copy(base[carry.in.index()], base[carry.result.index()], carry.bytes);
      }
    }
  }

  /// The step of a plan that these are.
  ///
  /// @param more what else holds for them, said last
  public Plan.Step describe(
      PlanWriter writer, Supplier<List<String>> more, List<? extends PlanWriter.Described> body) {
    List<String> facts = new ArrayList<>();
    for (Row row : rows) {
      String place = writer.name(row.rows) + (row.offset == 0 ? "" : " + " + row.offset + " bytes");
      facts.add(
          row.stride == 0
              ? "%s is %s".formatted(writer.name(row.slot), place)
              : "%s follows %s by %d bytes".formatted(writer.name(row.slot), place, row.stride));
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
    facts.addAll(more.get());
    List<String> notes = new ArrayList<>(List.of("steps=" + count));
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
}
