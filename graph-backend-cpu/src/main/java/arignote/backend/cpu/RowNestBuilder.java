package arignote.backend.cpu;

import arignote.backend.cpu.kernel.NodeLoop;
import arignote.backend.cpu.kernel.RowPhases;
import arignote.plan.Slot;
import java.util.ArrayList;
import java.util.List;

/// Prepares a [RowNest]: the sweeps of its phases, where rows and pieces of them lie, into what
/// blocks rows are divided, and how many threads take part.
final class RowNestBuilder {
  final NodeLoop node;
  final RowPhases phases;
  final long[] shape;
  final Rows axes;
  final List<LoopNest.Place> sources;
  final List<LoopNest.Place> targets;
  final Toolbox tools;
  final long[] steps;
  final List<RowNest.Sweep> sweeps = new ArrayList<>();
  final RowNest.Sweep end;
  final long piece;
  final long blocks;
  final long segmentsInBlock;
  final long partBytes;
  final int parts;
  final boolean splitsRows;

  RowNestBuilder(
      NodeLoop node,
      RowPhases phases,
      long[] shape,
      Rows axes,
      List<LoopNest.Place> sources,
      List<LoopNest.Place> targets,
      Toolbox tools) {
    this.node = node;
    this.phases = phases;
    this.shape = shape.clone();
    this.axes = axes;
    this.sources = sources;
    this.targets = targets;
    this.tools = tools;
    this.steps = steps();
    long scratch = 0;
    for (RowPhases.Phase phase : phases.phases()) {
      RowNest.Sweep sweep = sweep(phase, axes.row().inner());
      sweeps.add(sweep);
      scratch = Math.max(scratch, sweep.stages().scratchBytes());
    }
    end = sweep(phases.end(), 1);
    scratch = Math.max(scratch, end.stages().scratchBytes());
    piece = RowNest.PIECE_BYTES / mostBytes();
    long inner = Math.max(1, axes.row().inner());
    segmentsInBlock = inner >= RowNest.BLOCK ? 0 : RowNest.BLOCK / inner;
    blocks =
        segmentsInBlock == 0
            ? axes.row().rows() * ((inner + RowNest.BLOCK - 1) / RowNest.BLOCK)
            : (axes.row().rows() + segmentsInBlock - 1) / segmentsInBlock;
    long rowBytes = (axes.row().size() * 8 + RowNest.LINE - 1) / RowNest.LINE * RowNest.LINE;
    partBytes =
        RowNest.LINE
            + node.reductions().size() * RowNest.LINE
            + phases.stored().size() * rowBytes
            + pieces() * RowNest.PIECE_BYTES
            + scratch;
    long rows = axes.count();
    long wanted = Math.min(tools.threads(), rows * axes.row().size() / Grain.of(node.loop()));
    splitsRows = rows < wanted && phases.phases().size() == 1 && blocks > 1;
    parts = (int) Math.max(1, Math.min(wanted, splitsRows ? blocks : rows));
  }

  private int pieces() {
    return phases.phases().stream().mapToInt(RowPhases.Phase::pieces).max().orElse(0);
  }

  private long[] steps() {
    int places = sources.size() + targets.size();
    long[] all = new long[places + phases.stored().size() + pieces()];
    for (int i = 0; i < places; i++) {
      all[i] = axes.row().innerStride(i);
    }
    for (int i = 0; i < phases.stored().size(); i++) {
      all[places + i] = phases.stored().get(i).bytes();
    }
    return all;
  }

  private long mostBytes() {
    long most = 1;
    for (RowPhases.Phase phase : phases.phases()) {
      for (int output = 0; output < phase.outputs().size(); output++) {
        most = Math.max(most, phase.loop().outputDtype(output).bytes());
      }
    }
    return Math.max(4, most);
  }

  private int row(RowPhases.Place place) {
    int stored = sources.size() + targets.size();
    return switch (place) {
      case RowPhases.SourceRow(int operand) -> operand;
      case RowPhases.TargetRow(int output) -> sources.size() + output;
      case RowPhases.StoredRow(int row) -> stored + row;
      case RowPhases.PieceRow(int row) -> stored + phases.stored().size() + row;
    };
  }

  private RowNest.Sweep sweep(RowPhases.Phase phase, long length) {
    int operands = phase.inputs().size();
    int[] overwriting =
        phase.inputs().stream().mapToInt(input -> phase.outputs().indexOf(input)).toArray();
    int[] rows = new int[operands + phase.outputs().size()];
    long[] own = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      RowPhases.Place place =
          i < operands ? phase.inputs().get(i) : phase.outputs().get(i - operands);
      rows[i] = row(place);
      if (place instanceof RowPhases.PieceRow) {
        // Two phases may use the same piece for elements of different sizes.
        own[i] = phase.loop().outputDtype(i - operands).bytes();
      } else {
        own[i] = length == 1 ? 0 : steps[rows[i]];
      }
    }
    return new RowNest.Sweep(
        new LoopStages(phase.loop(), own, length, overwriting, tools.kernels()),
        !phase.outputs().isEmpty(),
        rows,
        phase.reductions().stream().mapToInt(RowPhases.Combined::reduction).toArray(),
        phase.reductions().stream().mapToInt(combined -> row(combined.from())).toArray(),
        phase.reductions().stream().mapToLong(this::step).toArray());
  }

  private long step(RowPhases.Combined combined) {
    int value = node.reductions().get(combined.reduction()).value();
    return combined.from() instanceof RowPhases.PieceRow
        ? node.loop().dtype(value).bytes()
        : steps[row(combined.from())];
  }

  /// How much scratch memory the loop needs.
  long scratchBytes() {
    return parts * partBytes;
  }

  RowNest build(Slot scratch) {
    return new RowNest(this, scratch);
  }
}
