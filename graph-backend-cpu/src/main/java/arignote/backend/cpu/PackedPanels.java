package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Memory;
import arignote.backend.cpu.codegen.Tiles;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.View;
import java.util.List;

/// Copies the right operand of products panel by panel, so that tiles read it from one end to the
/// other; columns that lack to whole vectors are zeros. Where a loop multiplies by the same matrix
/// again and again, that is done once before the loop. Threads share the panels.
final class PackedPanels implements Instruction, Workers.Task {
  private final Tiles tiles;
  private final View from;
  private final View to;
  private final int bytes;
  private final int rows;
  private final int columns;
  private final Workers workers;
  private final int parts;
  private long[] base = {};

  /// @param from a matrix
  /// @param to of as many rows and [#paddedColumns]
  PackedPanels(Tiles tiles, View from, View to, Toolbox tools) {
    this.tiles = tiles;
    this.from = from;
    this.to = to;
    this.bytes = from.dtype().bytes();
    this.rows = Math.toIntExact(from.layout().dim(0));
    this.columns = Math.toIntExact(from.layout().dim(1));
    this.workers = tools.workers();
    this.parts = Grain.parts(from.layout().size(), panels(), tools.threads());
  }

  private int panels() {
    return (columns + tiles.columns() - 1) / tiles.columns();
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    return writer.step("pack", List.of(from), to, "panels of " + tiles.columns() + " columns");
  }

  /// A number of columns rounded up to whole vectors.
  static int padded(int width, Tiles tiles) {
    return (width + tiles.lanes() - 1) / tiles.lanes() * tiles.lanes();
  }

  /// How many columns all panels of a matrix have.
  static int paddedColumns(View matrix, Tiles tiles) {
    return padded(Math.toIntExact(matrix.layout().dim(1)), tiles);
  }

  @Override
  public void run(long[] base) {
    this.base = base;
    workers.run(parts, this);
  }

  @Override
  public void run(int part) {
    long[] strides = from.strides();
    long source = base[from.slot().index()] + from.offset();
    long target = base[to.slot().index()];
    int end = panels() * (part + 1) / parts;
    for (int panel = panels() * part / parts; panel < end; panel++) {
      int column = panel * tiles.columns();
      int width = Math.min(tiles.columns(), columns - column);
      pack(
          source + column * strides[1],
          strides[0],
          strides[1],
          rows,
          width,
          target + (long) column * rows * bytes,
          padded(width, tiles),
          bytes);
    }
  }

  /// Copies a panel.
  ///
  /// @param row from one row to the next in bytes
  /// @param step from one element of a row to the next
  /// @param padded how many elements the copy's rows have
  static void pack(
      long from, long row, long step, int rows, int width, long to, int padded, int bytes) {
    long toRow = (long) padded * bytes;
    if (row == bytes) {
      Strided.transpose(from, step, to, toRow, width, rows, bytes);
    } else {
      for (int i = 0; i < rows; i++) {
        Strided.copy(from + i * row, step, to + i * toRow, bytes, width, bytes);
      }
    }
    for (int i = 0; i < rows && width < padded; i++) {
      Memory.zero(to + i * toRow + (long) width * bytes, (long) (padded - width) * bytes);
    }
  }
}
