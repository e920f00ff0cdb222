package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Kernels;
import arignote.backend.cpu.kernel.Loop;
import arignote.ir.op.LoopAxes;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.Slot;
import arignote.plan.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Runs an elementwise loop: walks the outer axes, and has generated kernels compute each row.
final class LoopNest implements Instruction, Workers.Task {
  /// Where an operand or output lies.
  static final class Place {
    private final Slot slot;
    private final long offset;
    private final long[] strides;

    /// @param strides in bytes, of counters in values, one for each axis of the loop
    Place(Slot slot, long offset, long[] strides) {
      this.slot = slot;
      this.offset = offset;
      this.strides = strides.clone();
    }

    static Place of(View view) {
      return new Place(view.slot(), view.offset(), view.strides());
    }

    /// A view whose axes lie along some axes of a loop, or along none.
    static Place along(View view, List<Integer> axes, int rank) {
      long[] own = view.strides();
      long[] strides = new long[rank];
      for (int axis = 0; axis < own.length; axis++) {
        if (axes.get(axis) != LoopAxes.NONE) {
          strides[axes.get(axis)] = own[axis];
        }
      }
      return new Place(view.slot(), view.offset(), strides);
    }

    Slot slot() {
      return slot;
    }

    long offset() {
      return offset;
    }

    long[] strides() {
      return strides.clone();
    }
  }

  private final Loop loop;
  private final long[] shape;
  private final List<Place> places;
  private final Nest nest;
  private final int[] slots;
  private final long[] offsets;
  private final LoopStages stages;
  private final Slot scratch;
  private final int parts;
  private final boolean splitsRows;
  private final Workers workers;
  private final Walk[] walks;
  private long[] base = {};

  private LoopNest(Builder builder) {
    this.loop = builder.loop;
    this.shape = builder.shape;
    this.places = builder.places;
    this.nest = builder.nest;
    this.slots = builder.places.stream().mapToInt(place -> place.slot.index()).toArray();
    this.offsets = builder.places.stream().mapToLong(Place::offset).toArray();
    this.stages = builder.stages;
    this.scratch = builder.scratch;
    this.workers = builder.workers;
    this.parts = builder.parts;
    this.splitsRows = builder.splitsRows;
    this.walks = new Walk[parts];
    for (int part = 0; part < parts; part++) {
      walks[part] = new Walk(part);
    }
  }

  @Override
  public void run(long[] base) {
    if (parts == 1) {
      walks[0].run(base);
    } else {
      this.base = base;
      workers.run(parts, this);
    }
  }

  @Override
  public void run(int part) {
    walks[part].run(base);
  }

  @Override
  public Optional<Sweep.Footprint> footprint() {
    if (parts > 1) {
      return Optional.empty();
    }
    int operands = loop.operands().size();
    Set<Slot> writes = Sweep.slots(places.subList(operands, places.size()));
    writes.add(scratch);
    double work = (double) nest.size() / Grain.of(loop);
    return Optional.of(new Sweep.Footprint(Sweep.slots(places.subList(0, operands)), writes, work));
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    List<String> notes = new ArrayList<>(stages.notes());
    if (parts > 1) {
      notes.add(parts + " threads");
    }
    return new LoopText(loop, shape, places, nest, writer).describe(notes);
  }

  /// What one thread needs to walk its part of the loop.
  private final class Walk {
    private final long fromRow;
    private final long toRow;
    private final long from;
    private final long to;
    private final int part;
    private final Odometer outer = new Odometer(nest, Math.max(0, nest.rank() - 1));
    private final LoopStages.Runner runner = stages.runner();
    private final long[] addresses = new long[slots.length];
    private final long[] rowSteps = new long[slots.length];

    Walk(int part) {
      this.part = part;
      long rowCount = nest.rows();
      fromRow = splitsRows ? rowCount * part / parts : 0;
      toRow = splitsRows ? rowCount * (part + 1) / parts : rowCount;
      from = splitsRows ? 0 : boundary(part);
      to = splitsRows ? nest.inner() : boundary(part + 1);
      Arrays.setAll(rowSteps, outer::step);
    }

    /// Where a part of the innermost axis starts: at a whole cache line.
    private long boundary(int ofPart) {
      long at = nest.inner() * ofPart / parts;
      return ofPart == parts ? nest.inner() : at / 64 * 64;
    }

    void run(long[] base) {
      if (toRow <= fromRow || to <= from) {
        return;
      }
      for (int i = 0; i < slots.length; i++) {
        outer.start(i, base[slots[i]] + offsets[i]);
      }
      outer.seek(fromRow);
      long ownScratch = base[scratch.index()] + part * stages.scratchBytes();
      long most = stages.rowsAtOnce(to - from);
      long count;
      for (long row = fromRow; row < toRow; row += count) {
        count = Math.min(Math.min(most, toRow - row), outer.rest());
        for (int i = 0; i < addresses.length; i++) {
          addresses[i] = outer.address(i) + from * nest.innerStride(i);
        }
        if (count == 1) {
          runner.run(addresses, to - from, ownScratch);
        } else {
          runner.run(addresses, (int) (to - from), rowSteps, (int) count, ownScratch);
        }
        outer.advance(count);
      }
    }
  }

  /// Prepares a loop.
  static final class Builder {
    private final Loop loop;
    private final long[] shape;
    private final List<Place> places;
    private final Nest nest;
    private final LoopStages stages;
    private final Workers workers;
    private final int parts;
    private final boolean splitsRows;
    private Slot scratch;

    /// @param operandPlaces one for each operand of the loop
    /// @param outputPlaces one for each output
    Builder(
        Loop loop,
        long[] shape,
        List<Place> operandPlaces,
        List<Place> outputPlaces,
        Kernels kernels,
        Workers workers,
        int threads) {
      this.loop = loop;
      this.shape = shape.clone();
      this.places = new ArrayList<>(operandPlaces);
      places.addAll(outputPlaces);
      this.nest = Nest.of(shape, places.stream().map(Place::strides).toList());
      this.workers = workers;
      this.scratch = places.getLast().slot();
      this.stages =
          new LoopStages(
              loop,
              nest.innerStrides(),
              nest.inner(),
              operandPlaces.stream()
                  .mapToInt(place -> overwriting(place, outputPlaces, shape))
                  .toArray(),
              kernels);
      long wanted = Math.min(threads, nest.size() / Grain.of(loop));
      splitsRows = nest.rows() >= 8 * wanted || nest.inner() < 4096;
      parts = (int) Math.max(1, splitsRows ? Math.min(wanted, nest.rows()) : wanted);
    }

    /// Which output lies where an operand does; -1 if none. Other outputs in the same memory are
    /// apart from it.
    private static int overwriting(Place operand, List<Place> outputs, long[] shape) {
      for (int i = 0; i < outputs.size(); i++) {
        if (isSame(operand, outputs.get(i), shape)) {
          return i;
        }
      }
      return -1;
    }

    private static boolean isSame(Place operand, Place output, long[] shape) {
      boolean same = operand.slot == output.slot && operand.offset == output.offset;
      for (int axis = 0; axis < shape.length; axis++) {
        same &= shape[axis] == 1 || operand.strides[axis] == output.strides[axis];
      }
      return same;
    }

    /// How much scratch memory the loop needs; [#scratch] provides it.
    long scratchBytes() {
      return parts * stages.scratchBytes();
    }

    void scratch(Slot slot) {
      this.scratch = slot;
    }

    LoopNest build() {
      return new LoopNest(this);
    }
  }
}
