package arignote.backend.cpu;

import arignote.backend.cpu.codegen.RowReduction;
import arignote.plan.BufferPlan;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Runs a loop with reductions row by row: each phase sweeps along a row in pieces that stay in the
/// first-level cache, and combines each piece as soon as it is computed; see
/// [arignote.backend.cpu.kernel.RowPhases].
///
/// Threads take whole rows. Where there are fewer rows than threads, and only one phase, they share
/// rows: long rows consist of blocks, whose results are combined in order, so that the result does
/// not depend on who computed which.
final class RowNest implements Instruction, Workers.Task {
  /// How many bytes of a row a phase computes before they are combined.
  static final long PIECE_BYTES = 16 * 1024;

  /// How many elements of a row make a block.
  static final long BLOCK = Grain.ELEMENTS;

  /// Room for a vector, or for a scalar in a cache line of its own.
  static final long LINE = BufferPlan.ALIGNMENT;

  /// A phase with its kernels.
  ///
  /// @param rows for each operand and each output of the loop its number among all rows
  /// @param reductions the numbers of the reductions
  /// @param from for each of these the number of the row that it combines
  /// @param steps for each of these the distance of the elements in bytes
  record Sweep(
      LoopStages stages,
      boolean computes,
      int[] rows,
      int[] reductions,
      int[] from,
      long[] steps) {}

  private final RowText text;
  private final Rows axes;
  private final int[] slots;
  private final long[] offsets;

  /// For each row the distance of its elements in bytes: sources, targets, then stored rows, then
  /// pieces.
  private final long[] steps;

  private final int sources;
  private final int places;
  private final int stored;

  /// For each source the number of the reduction whose result it is, or -1.
  private final int[] reduced;

  /// The other sources, and the targets.
  private final int[] moving;

  private final Sweep[] sweeps;
  private final Sweep end;
  private final RowReduction[] reductions;
  private final long piece;

  /// Whether a row is one piece: most of what is below is not needed then, and would take longer
  /// than to compute a short row.
  private final boolean isPiece;

  private final long blocks;
  private final long segmentsInBlock;
  private final int scratchSlot;
  private final long partBytes;
  private final Workers workers;
  private final int parts;
  private final boolean splitsRows;
  private final Walk[] walks;
  private final long[] blockResults;
  private long[] base = {};

  RowNest(RowNestBuilder builder, Slot scratch) {
    this.text =
        new RowText(builder.node, builder.phases, builder.shape, builder.sources, builder.targets);
    this.axes = builder.axes;
    this.sources = builder.sources.size();
    this.places = sources + builder.targets.size();
    List<LoopNest.Place> all = new ArrayList<>(builder.sources);
    all.addAll(builder.targets);
    this.slots = all.stream().mapToInt(place -> place.slot().index()).toArray();
    this.offsets = all.stream().mapToLong(LoopNest.Place::offset).toArray();
    this.steps = builder.steps;
    this.stored = builder.phases.stored().size();
    this.reduced = new int[sources];
    for (int i = 0; i < sources; i++) {
      reduced[i] = builder.node.isReduced(i) ? builder.node.reduction(i) : -1;
    }
    this.moving = IntStream.range(0, places).filter(i -> !isReduced(i)).toArray();
    this.sweeps = builder.sweeps.toArray(Sweep[]::new);
    this.end = builder.end;
    this.reductions =
        builder.node.reductions().stream()
            .map(reduction ->
                new RowReduction(
                    reduction.fn(),
                    reduction.apply().result().type().dtype(),
                    builder.tools.kernels().vectors()))
            .toArray(RowReduction[]::new);
    this.piece = builder.piece;
    this.isPiece = axes.row().rows() == 1 && axes.row().inner() <= piece;
    this.blocks = builder.blocks;
    this.segmentsInBlock = builder.segmentsInBlock;
    this.scratchSlot = scratch.index();
    this.partBytes = builder.partBytes;
    this.workers = builder.tools.workers();
    this.parts = builder.parts;
    this.splitsRows = builder.splitsRows;
    this.walks = new Walk[parts];
    for (int part = 0; part < parts; part++) {
      walks[part] = new Walk(part);
    }
    this.blockResults = new long[splitsRows ? Math.toIntExact(blocks * reductions.length) : 0];
  }

  private boolean isReduced(int row) {
    return row < sources && reduced[row] >= 0;
  }

  @Override
  public void run(long[] base) {
    if (axes.count() == 0) {
      return;
    }
    this.base = base;
    if (splitsRows) {
      for (Walk walk : walks) {
        walk.seek(0);
      }
      for (long row = 0; row < axes.count(); row++) {
        workers.run(parts, this);
        walks[0].combineBlocks();
        walks[0].end();
        for (Walk walk : walks) {
          walk.kept.advance();
        }
      }
    } else if (parts > 1) {
      workers.run(parts, this);
    } else {
      walks[0].rows(0, axes.count());
    }
  }

  @Override
  public void run(int part) {
    if (splitsRows) {
      walks[part].blocksOfRow(blocks * part / parts, blocks * (part + 1) / parts);
    } else {
      long rows = axes.count();
      walks[part].rows(rows * part / parts, rows * (part + 1) / parts);
    }
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    List<String> notes = new ArrayList<>();
    if (parts > 1) {
      notes.add(parts + (splitsRows ? " threads along each row" : " threads"));
    }
    return text.describe(writer, notes);
  }

  /// What one thread needs to go along rows.
  private final class Walk {
    private final int part;
    private final Odometer kept = new Odometer(axes.kept(), axes.kept().rank());
    private final Odometer segments = new Odometer(axes.row(), Math.max(0, axes.row().rank() - 1));
    private final long[] addresses = new long[steps.length];
    private final LoopStages.Runner[] runners = new LoopStages.Runner[sweeps.length];
    private final long[][] operands = new long[sweeps.length][];
    private final LoopStages.Runner endRunner = end.stages.runner();
    private final long[] endOperands = new long[end.rows.length];

    /// Of the last block.
    private final long[] results = new long[reductions.length];

    /// Of all blocks so far.
    private final long[] totals = new long[reductions.length];

    private long vector;
    private long scalars;
    private long storedRows;
    private long scratch;

    Walk(int part) {
      this.part = part;
      for (int i = 0; i < sweeps.length; i++) {
        runners[i] = sweeps[i].stages.runner();
        operands[i] = new long[sweeps[i].rows.length];
      }
    }

    /// Goes to a row.
    void seek(long row) {
      vector = base[scratchSlot] + part * partBytes;
      scalars = vector + LINE;
      storedRows = scalars + reductions.length * LINE;
      scratch = storedRows + stored * rowBytes();
      for (int i = places + stored; i < steps.length; i++) {
        addresses[i] = scratch;
        scratch += PIECE_BYTES;
      }
      for (int i = places; i < places + stored; i++) {
        addresses[i] = storedRows + (i - places) * rowBytes();
      }
      for (int i = 0; i < places; i++) {
        if (isReduced(i)) {
          addresses[i] = scalars + reduced[i] * LINE;
        } else {
          kept.start(i, base[slots[i]] + offsets[i]);
        }
      }
      kept.seek(row);
    }

    void rows(long from, long to) {
      if (from >= to) {
        return;
      }
      seek(from);
      for (long row = from; row < to; row++) {
        if (isPiece) {
          for (int i : moving) {
            addresses[i] = kept.address(i);
          }
        }
        for (int sweep = 0; sweep < sweeps.length; sweep++) {
          sweep(sweep);
        }
        end();
        kept.advance();
      }
    }

    private void sweep(int sweep) {
      if (isPiece) {
        clear(sweep);
        compute(sweep, axes.row().inner());
        for (int reduction : sweeps[sweep].reductions) {
          keep(reduction, results[reduction]);
        }
      } else {
        sweepBlocks(sweep);
      }
    }

    /// As threads do it that share a row: block by block.
    private void sweepBlocks(int sweep) {
      int[] combined = sweeps[sweep].reductions;
      for (int reduction : combined) {
        totals[reduction] = reductions[reduction].empty();
      }
      for (long block = 0; block < blocks; block++) {
        block(sweep, block);
        for (int reduction : combined) {
          totals[reduction] = reductions[reduction].combine(totals[reduction], results[reduction]);
        }
      }
      for (int reduction : combined) {
        keep(reduction, totals[reduction]);
      }
    }

    /// Puts the result of a row where later phases read it.
    private void keep(int reduction, long result) {
      reductions[reduction].put(scalars + reduction * LINE, result);
    }

    void blocksOfRow(long from, long to) {
      for (long block = from; block < to; block++) {
        block(0, block);
        System.arraycopy(
            results, 0, blockResults, Math.toIntExact(block * results.length), results.length);
      }
    }

    void combineBlocks() {
      for (int reduction = 0; reduction < results.length; reduction++) {
        long result = reductions[reduction].empty();
        for (int i = reduction; i < blockResults.length; i += results.length) {
          result = reductions[reduction].combine(result, blockResults[i]);
        }
        keep(reduction, result);
      }
    }

    private void clear(int sweep) {
      for (int reduction : sweeps[sweep].reductions) {
        results[reduction] = reductions[reduction].empty();
      }
    }

    /// Sweeps along a block of a row.
    private void block(int sweep, long block) {
      clear(sweep);
      long inner = axes.row().inner();
      if (segmentsInBlock == 0) {
        long blocksInSegment = (inner + BLOCK - 1) / BLOCK;
        long segment = block / blocksInSegment;
        long from = block % blocksInSegment * BLOCK;
        stretch(sweep, segment, segment + 1, from, Math.min(inner, from + BLOCK));
      } else {
        long first = block * segmentsInBlock;
        long last = Math.min(axes.row().rows(), first + segmentsInBlock);
        stretch(sweep, first, last, 0, inner);
      }
    }

    /// Sweeps along some segments of a row, or a part of one.
    private void stretch(int sweep, long first, long last, long from, long to) {
      for (int i : moving) {
        segments.start(i, kept.address(i));
      }
      segments.seek(first);
      for (long segment = first; segment < last; segment++) {
        for (long start = from; start < to; start += piece) {
          piece(sweep, segment * axes.row().inner(), start, Math.min(piece, to - start));
        }
        segments.advance();
      }
    }

    private void piece(int sweep, long before, long start, long count) {
      for (int i : moving) {
        addresses[i] = segments.address(i) + start * steps[i];
      }
      for (int i = places; i < places + stored; i++) {
        addresses[i] = storedRows + (i - places) * rowBytes() + (before + start) * steps[i];
      }
      compute(sweep, count);
    }

    /// Computes and combines elements from [#addresses] on.
    private void compute(int sweep, long count) {
      Sweep done = sweeps[sweep];
      if (done.computes) {
        long[] own = operands[sweep];
        for (int i = 0; i < own.length; i++) {
          own[i] = addresses[done.rows[i]];
        }
        runners[sweep].run(own, count, scratch);
      }
      for (int i = 0; i < done.reductions.length; i++) {
        RowReduction reduction = reductions[done.reductions[i]];
        results[done.reductions[i]] =
            reduction.combine(
                results[done.reductions[i]],
                reduction.row(addresses[done.from[i]], done.steps[i], count, vector));
      }
    }

    /// Computes what there is one of for each row.
    void end() {
      if (!end.computes) {
        return;
      }
      for (int i = 0; i < endOperands.length; i++) {
        int row = end.rows[i];
        endOperands[i] = isReduced(row) ? addresses[row] : kept.address(row);
      }
      endRunner.run(endOperands, 1, scratch);
    }
  }

  /// The memory of a stored row.
  private long rowBytes() {
    return (axes.row().size() * 8 + LINE - 1) / LINE * LINE;
  }
}
