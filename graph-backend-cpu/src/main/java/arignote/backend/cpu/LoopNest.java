package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Kernel;
import arignote.backend.cpu.codegen.Kernels;
import arignote.backend.cpu.kernel.Loop;
import arignote.backend.cpu.kernel.Operand;
import arignote.backend.cpu.kernel.Stage;
import arignote.backend.cpu.kernel.Stages;
import arignote.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Runs an elementwise loop: walks the outer axes, and has generated kernels compute each row.
///
/// Kernels read elements that lie next to each other, or one for the whole row. An operand with any
/// other step is packed into scratch memory first, an output unpacked afterwards. Loops of several
/// stages, or with packed operands, go through rows in pieces of [#PIECE] elements, so that scratch
/// rows stay in the first-level cache.
final class LoopNest implements Instruction, Workers.Task {
  /// How many elements of a row are computed at a time when scratch rows are needed.
  static final int PIECE = 1024;

  /// Longest stretch given to a kernel at once.
  private static final int LONGEST = 1 << 20;

  /// The JVM compiles a method after so many calls, but a loop that is running only after ten times
  /// as many iterations, each of them slow in vectors that are not compiled yet. So the first calls
  /// are short.
  private static final int FIRST_CALLS = 4000;

  private static final int FIRST_LENGTH = 64;

  /// Rows shorter than this are not worth vectors with a mask.
  private static final int SHORTEST = 8;

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
  private final int operands;
  private final int[] slots;
  private final long[] offsets;
  private final int[] elementBytes;
  private final boolean[] packed;
  private final Kernel[] kernels;
  private final Stage[] stages;

  /// For each stage what its row of addresses consists of: an operand or output by its number in
  /// [#slots], or a scratch row by the complement of its number.
  private final int[][] rowSources;

  private final int scratchSlot;
  private final long scratchOffset;
  private final int scratchRows;
  private final boolean direct;
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
    this.operands = builder.loop.operands().size();
    this.slots = builder.places.stream().mapToInt(place -> place.slot.index()).toArray();
    this.offsets = builder.places.stream().mapToLong(Place::offset).toArray();
    this.elementBytes = builder.elementBytes;
    this.packed = builder.packed;
    this.stages = builder.stages.stages().toArray(Stage[]::new);
    this.kernels = new Kernel[stages.length];
    for (int i = 0; i < stages.length; i++) {
      kernels[i] = builder.kernels.kernel(stages[i]);
    }
    this.rowSources = new int[stages.length][];
    for (int i = 0; i < stages.length; i++) {
      rowSources[i] =
          Stream.concat(stages[i].inputs().stream(), stages[i].outputs().stream())
              .mapToInt(this::source)
              .toArray();
    }
    this.scratchSlot = builder.scratch.index();
    this.scratchOffset = builder.packedRows() * (long) PIECE * 8;
    this.scratchRows = builder.scratchRows();
    this.direct = scratchRows == 0;
    this.workers = builder.workers;
    this.parts = builder.parts;
    this.splitsRows = builder.splitsRows;
    this.walks = new Walk[parts];
    for (int part = 0; part < parts; part++) {
      walks[part] = new Walk(part);
    }
  }

  private int source(Stage.Place place) {
    return switch (place) {
      case Stage.OperandRow(int operand) -> operand;
      case Stage.OutputRow(int output) -> operands + output;
      case Stage.ScratchRow(int index) -> ~index;
    };
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
  public Plan.Step describe(PlanWriter writer) {
    List<String> notes = new ArrayList<>();
    if (stages.length > 1) {
      notes.add(stages.length + " stages");
    }
    if (parts > 1) {
      notes.add(parts + " threads");
    }
    String packedPlaces =
        IntStream.range(0, packed.length)
            .filter(i -> packed[i])
            .mapToObj(i -> i < operands ? "%" + i : "output " + (i - operands))
            .collect(Collectors.joining(" and "));
    if (!packedPlaces.isEmpty()) {
      notes.add(packedPlaces + " packed row by row");
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
    private final long[] packedAddresses = new long[slots.length];
    private final long[][] rows;
    private int calls;

    Walk(int part) {
      this.part = part;
      long rowCount = nest.rows();
      fromRow = splitsRows ? rowCount * part / parts : 0;
      toRow = splitsRows ? rowCount * (part + 1) / parts : rowCount;
      from = splitsRows ? 0 : boundary(part);
      to = splitsRows ? nest.inner() : boundary(part + 1);
      rows = new long[stages.length][];
      for (int i = 0; i < stages.length; i++) {
        rows[i] = new long[stages[i].inputs().size() * 2 + stages[i].outputs().size()];
        setCounterSteps(i);
      }
    }

    /// Where a part of the innermost axis starts: at a whole cache line.
    private long boundary(int ofPart) {
      long at = nest.inner() * ofPart / parts;
      return ofPart == parts ? nest.inner() : at / 64 * 64;
    }

    private void setCounterSteps(int stage) {
      Stage made = stages[stage];
      int next = made.inputs().size() + made.outputs().size();
      for (int i = 0; i < made.inputs().size(); i++) {
        if (made.loop().operands().get(i) instanceof Operand.Counter
            && !made.uniform().get(i)
            && made.inputs().get(i) instanceof Stage.OperandRow(int operand)) {
          rows[stage][next++] = nest.innerStride(operand);
        }
      }
    }

    void run(long[] base) {
      if (toRow <= fromRow || to <= from) {
        return;
      }
      for (int i = 0; i < slots.length; i++) {
        outer.start(i, base[slots[i]] + offsets[i]);
      }
      outer.seek(fromRow);
      long scratch = base[scratchSlot] + part * (long) scratchRows * PIECE * 8;
      for (long row = fromRow; row < toRow; row++) {
        if (direct) {
          runDirect();
        } else {
          runPieces(scratch);
        }
        outer.advance();
      }
    }

    private void runDirect() {
      int count;
      for (long start = from; start < to; start += count) {
        count = (int) Math.min(longest(LONGEST), to - start);
        fill(0, start, 0);
        kernels[0].run(rows[0], count);
      }
    }

    private void runPieces(long scratch) {
      int count;
      for (long start = from; start < to; start += count) {
        count = (int) Math.min(longest(PIECE), to - start);
        pack(scratch, start, count);
        for (int i = 0; i < stages.length; i++) {
          fill(i, start, scratch + scratchOffset);
          kernels[i].run(rows[i], count);
        }
        unpack(start, count);
      }
    }

    private int longest(int limit) {
      if (calls == FIRST_CALLS) {
        return limit;
      }
      calls++;
      return FIRST_LENGTH;
    }

    private void pack(long scratch, long start, int count) {
      long next = scratch;
      for (int i = 0; i < slots.length; i++) {
        if (packed[i]) {
          packedAddresses[i] = next;
          next += PIECE * 8L;
          if (i < operands) {
            long stride = nest.innerStride(i);
            Strided.copy(
                outer.address(i) + start * stride,
                stride,
                packedAddresses[i],
                elementBytes[i],
                count,
                elementBytes[i]);
          }
        }
      }
    }

    private void unpack(long start, int count) {
      for (int i = operands; i < slots.length; i++) {
        if (packed[i]) {
          long stride = nest.innerStride(i);
          Strided.copy(
              packedAddresses[i],
              elementBytes[i],
              outer.address(i) + start * stride,
              stride,
              count,
              elementBytes[i]);
        }
      }
    }

    private void fill(int stage, long start, long scratch) {
      long[] row = rows[stage];
      int[] sources = rowSources[stage];
      for (int i = 0; i < sources.length; i++) {
        int source = sources[i];
        row[i] = source >= 0 ? at(source, start) : scratch + ~source * (PIECE * 8L);
      }
    }

    private long at(int i, long start) {
      return packed[i] ? packedAddresses[i] : outer.address(i) + start * nest.innerStride(i);
    }
  }

  /// Prepares a loop.
  static final class Builder {
    private final Loop loop;
    private final long[] shape;
    private final List<Place> places;
    private final Nest nest;
    private final Stages stages;
    private final Kernels kernels;
    private final Workers workers;
    private final int[] elementBytes;
    private final boolean[] packed;
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
      this.kernels = kernels;
      this.workers = workers;
      this.scratch = places.getLast().slot();
      int operands = operandPlaces.size();
      elementBytes = new int[places.size()];
      packed = new boolean[places.size()];
      boolean[] uniform = new boolean[operands];
      for (int i = 0; i < places.size(); i++) {
        boolean counter = i < operands && loop.operands().get(i) instanceof Operand.Counter;
        elementBytes[i] = (i < operands ? loop.dtype(i) : loop.outputDtype(i - operands)).bytes();
        long stride = nest.innerStride(i);
        if (i < operands) {
          uniform[i] = stride == 0;
        }
        packed[i] =
            !counter
                && nest.inner() > 1
                && stride != elementBytes[i]
                && !(i < operands && stride == 0);
      }
      stages = Stages.of(loop, uniform, kernels.vectors() && nest.inner() >= SHORTEST);
      packOverwritten(operands, uniform);
      long wanted = Math.min(threads, nest.size() / Grain.of(loop));
      splitsRows = nest.rows() >= 8 * wanted || nest.inner() < 4096;
      parts = (int) Math.max(1, splitsRows ? Math.min(wanted, nest.rows()) : wanted);
    }

    /// An operand that an output overwrites in place is lost to later stages: it is packed then.
    private void packOverwritten(int operands, boolean[] uniform) {
      if (stages.isSingle()) {
        return;
      }
      for (int i = 0; i < operands; i++) {
        for (int output = operands; output < places.size(); output++) {
          if (places.get(i).slot() == places.get(output).slot()
              && places.get(i).slot().kind() != Slot.Kind.ZERO
              && !uniform[i]) {
            packed[i] = true;
          }
        }
      }
    }

    private int packedRows() {
      int rows = 0;
      for (boolean flag : packed) {
        rows += flag ? 1 : 0;
      }
      return rows;
    }

    private int scratchRows() {
      return packedRows() + (stages.isSingle() ? 0 : Math.max(1, stages.scratch().size()));
    }

    /// How much scratch memory the loop needs; [#scratch] provides it.
    long scratchBytes() {
      return (long) parts * scratchRows() * PIECE * 8;
    }

    void scratch(Slot slot) {
      this.scratch = slot;
    }

    LoopNest build() {
      return new LoopNest(this);
    }
  }
}
