package arignote.backend.cpu;

import arignote.backend.cpu.codegen.Memory;
import arignote.backend.cpu.codegen.Tile;
import arignote.backend.cpu.codegen.Tiles;
import arignote.plan.Layout;
import arignote.plan.Plan;
import arignote.plan.PlanWriter;
import arignote.plan.Slot;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Products of matrices put together from tiles that are summed up in registers, one product for
/// each position of the batch axes.
///
/// Each element is summed up from its first term to its last in blocks of [#DEPTH] terms, whatever
/// the number of threads, the size of the matrices or the width of vectors: a product of some rows
/// has the same bits as these rows of the whole product.
///
/// The right operand is read a panel at a time: as many columns as the widest tile has. Rows of the
/// left operand go by in groups that fit in the second-level cache, for each group the same panels,
/// a block deep, which fit in the first. So many panels are gone through block by block as have
/// their results in the second-level cache, then the next ones. Panels are read where they are if
/// their rows are dense; else they are packed, before ([PackedPanels]) if the operand is known to
/// stay, or block by block.
final class TiledProduct implements Instruction {
  /// How many terms are summed up in registers before they are added to the result.
  static final int DEPTH = 128;

  /// How many rows of the left operand, a block deep, stay in the cache.
  private static final int GROUP = 1024;

  /// How many elements of the result are added to block by block before others are: as many as
  /// stay in the cache beside those rows.
  private static final int RESULTS = 128 * 1024;

  /// From this distance on, rows of the right operand compete for the same lines of the cache, and
  /// so many rows of the left one pay for packing it.
  private static final long FAR = 512;

  private static final int MANY = 32;

  /// A matrix in memory.
  ///
  /// @param row from one row to the next in bytes
  /// @param step from one element of a row to the next
  private record Operand(int slot, long offset, long row, long step) {
    static Operand of(View view, int batch) {
      long[] strides = view.strides();
      return new Operand(view.slot().index(), view.offset(), strides[batch], strides[batch + 1]);
    }

    long address(long[] base) {
      return base[slot] + offset;
    }
  }

  private final Tiles tiles;
  private final int bytes;
  private final int m;
  private final int n;
  private final int k;
  private final Operand x;
  private final Operand y;
  private final Operand added;
  private final Operand to;
  private final double alpha;
  private final double beta;
  private final boolean packed;
  private final int scratch;
  private final Odometer batch;
  private final long count;
  private final List<View> reads;
  private final View result;

  /// The addresses of the product that is computed.
  private long xAt;

  private long yAt;
  private long addedAt;
  private long toAt;
  private long zeros;

  /// @param alpha what the product is multiplied with
  /// @param packed whether [PackedPanels] prepared the right operand
  /// @param beta what the addend is multiplied with; it is not read if this is 0
  /// @param added the addend, which may be the result's own memory
  /// @param scratch of [#scratchBytes]
  TiledProduct(
      Tiles tiles,
      int batchAxes,
      double alpha,
      View x,
      View y,
      boolean packed,
      double beta,
      View added,
      View to,
      Slot scratch) {
    this.tiles = tiles;
    this.bytes = to.dtype().bytes();
    this.m = Math.toIntExact(to.layout().dim(batchAxes));
    this.n = Math.toIntExact(to.layout().dim(batchAxes + 1));
    this.k = Math.toIntExact(x.layout().dim(batchAxes + 1));
    this.x = Operand.of(x, batchAxes);
    this.y = Operand.of(y, batchAxes);
    this.added = Operand.of(added, batchAxes);
    this.to = Operand.of(to, batchAxes);
    this.alpha = alpha;
    this.beta = beta;
    this.packed = packed;
    this.scratch = scratch.index();
    this.reads = beta == 0 ? List.of(x, y) : List.of(x, y, added);
    this.result = to;
    Nest nest =
        Nest.of(
            Arrays.copyOf(to.layout().shape(), batchAxes),
            List.of(
                Arrays.copyOf(x.strides(), batchAxes),
                Arrays.copyOf(y.strides(), batchAxes),
                Arrays.copyOf(added.strides(), batchAxes),
                Arrays.copyOf(to.strides(), batchAxes)));
    this.batch = new Odometer(nest, nest.rank());
    this.count = nest.size();
  }

  /// How much scratch memory a product needs: a row of zeros, a tile, a block of a panel.
  static long scratchBytes(Tiles tiles, DType dtype) {
    return (long) tiles.columns() * dtype.bytes() * (1 + Tiles.ROWS + DEPTH);
  }

  /// Whether a product can be added to a matrix as it lies: elements of a row are adjacent.
  static boolean canAddTo(View matrix) {
    Layout layout = matrix.layout();
    int last = layout.rank() - 1;
    return layout.stride(last) == 1 || layout.dim(last) == 1;
  }

  @Override
  public void run(long[] base) {
    zeros = base[scratch];
    Memory.zero(zeros, rowBytes());
    xAt = x.address(base);
    yAt = y.address(base);
    addedAt = added.address(base);
    toAt = to.address(base);
    if (count == 1) {
      multiply();
      return;
    }
    batch.start(0, xAt);
    batch.start(1, yAt);
    batch.start(2, addedAt);
    batch.start(3, toAt);
    batch.seek(0);
    for (long i = 0; i < count; i++) {
      xAt = batch.address(0);
      yAt = batch.address(1);
      addedAt = batch.address(2);
      toAt = batch.address(3);
      multiply();
      batch.advance();
    }
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    List<String> notes = new ArrayList<>();
    if (count != 1) {
      notes.add("batch=" + count);
    }
    notes.addAll(List.of("m=" + m, "n=" + n, "k=" + k));
    if (packed) {
      notes.add("packed");
    }
    if (alpha != 1) {
      notes.add("alpha=" + alpha);
    }
    if (beta != 0) {
      notes.add("beta=" + beta);
    }
    return writer.step("tiles", reads, result, notes.toArray(String[]::new));
  }

  private long rowBytes() {
    return (long) tiles.columns() * bytes;
  }

  private void multiply() {
    for (int row = 0; row < m; row += GROUP) {
      int end = Math.min(m, row + GROUP);
      int width = Math.max(1, RESULTS / (end - row) / tiles.columns()) * tiles.columns();
      for (int first = 0; first < n; first += width) {
        columns(row, end, first, Math.min(n, first + width));
      }
    }
  }

  /// Multiplies some rows by some columns.
  private void columns(int row, int end, int first, int last) {
    for (int p = 0; p < k; p += DEPTH) {
      for (int column = first; column < last; column += tiles.columns()) {
        panel(row, end, p, column, Math.min(tiles.columns(), last - column));
      }
    }
  }

  /// Multiplies some rows by a block of a panel.
  private void panel(int row, int end, int p, int column, int width) {
    int depth = Math.min(DEPTH, k - p);
    int padded = PackedPanels.padded(width, tiles);
    long panel;
    long panelRow;
    if (packed) {
      panelRow = (long) padded * bytes;
      panel = yAt + (long) column * k * bytes + p * panelRow;
    } else if (y.step == bytes && width == padded && (y.row < FAR || end - row < MANY)) {
      panelRow = y.row;
      panel = yAt + p * y.row + column * y.step;
    } else {
      panelRow = (long) padded * bytes;
      panel = zeros + (1 + Tiles.ROWS) * rowBytes();
      PackedPanels.pack(
          yAt + p * y.row + column * y.step, y.row, y.step, depth, width, panel, padded, bytes);
    }
    long left = xAt + p * x.step;
    long target = toAt + (long) column * bytes;
    long from = zeros;
    long fromRow = 0;
    double scale = 1;
    if (p > 0) {
      from = target;
      fromRow = to.row;
    } else if (beta != 0) {
      from = addedAt + (long) column * bytes;
      fromRow = added.row;
      scale = beta;
    }
    for (int i = row; i < end; i += Tiles.ROWS) {
      int rows = Math.min(Tiles.ROWS, end - i);
      Tile tile = tiles.tile(rows, width);
      long a = left + i * x.row;
      if (width == padded) {
        tile.run(
            a,
            x.row,
            x.step,
            panel,
            panelRow,
            from + i * fromRow,
            fromRow,
            target + i * to.row,
            to.row,
            alpha,
            scale,
            depth);
      } else {
        // Whole vectors do not fit: the tile goes through scratch memory.
        long through = zeros + rowBytes();
        copyRows(from + i * fromRow, fromRow, through, rowBytes(), rows, width);
        tile.run(
            a,
            x.row,
            x.step,
            panel,
            panelRow,
            through,
            rowBytes(),
            through,
            rowBytes(),
            alpha,
            scale,
            depth);
        copyRows(through, rowBytes(), target + i * to.row, to.row, rows, width);
      }
    }
  }

  private void copyRows(long from, long fromRow, long target, long targetRow, int rows, int width) {
    for (int i = 0; i < rows; i++) {
      Memory.copy(from + i * fromRow, target + i * targetRow, (long) width * bytes);
    }
  }
}
