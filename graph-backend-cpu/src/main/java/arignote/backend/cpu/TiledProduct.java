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
import java.util.Optional;
import java.util.stream.Stream;

/// Products of matrices put together from tiles that are summed up in registers, one product for
/// each position of the batch axes.
///
/// Each element is summed up from its first term to its last in blocks of [#DEPTH] terms, whatever
/// the number of threads, the size of the matrices or the width of vectors: a product of some rows
/// has the same bits as these rows of the whole product.
///
/// The right operand is read a panel at a time: as many columns as the widest tile has. Rows of the
/// left operand go by in groups that fit in the second-level cache, for each group the same panels,
/// a block deep, which fit in the first. Panels are read where they are if their rows are dense;
/// else they are packed, before ([PackedPanels]) if the operand is known to stay, or block by
/// block. Those packed before go by whole, one after the other, if there are few rows: a matrix
/// that comes from the third-level cache is best read from one end to the other.
///
/// Products with the same right operand that follow each other are one instruction
/// ([#joined(Instruction)]), so that each block is packed once: the gradients of weights that are
/// multiplied with the same gradients of what comes of them.
final class TiledProduct implements Instruction {
  /// How many terms are summed up in registers before they are added to the result.
  static final int DEPTH = 128;

  /// How many rows of the left operand, a block deep, stay in the cache.
  private static final int GROUP = 1024;

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

  /// What the right operand is multiplied with, and where that goes.
  private static final class Left {
    private final int rows;
    private final View xView;
    private final View addedView;
    private final View toView;
    private final Operand x;
    private final Operand added;
    private final Operand to;
    private final double alpha;
    private final double beta;

    /// The addresses of the product that is computed.
    private long xAt;

    private long addedAt;
    private long toAt;

    Left(int batch, double alpha, View x, double beta, View added, View to) {
      this.rows = Math.toIntExact(to.layout().dim(batch));
      this.xView = x;
      this.addedView = added;
      this.toView = to;
      this.x = Operand.of(x, batch);
      this.added = Operand.of(added, batch);
      this.to = Operand.of(to, batch);
      this.alpha = alpha;
      this.beta = beta;
    }

    void start(long[] base) {
      xAt = x.address(base);
      addedAt = added.address(base);
      toAt = to.address(base);
    }

    List<View> reads(View right) {
      return beta == 0 ? List.of(xView, right) : List.of(xView, right, addedView);
    }

    boolean reads(Slot slot) {
      return xView.slot() == slot || (beta != 0 && addedView.slot() == slot);
    }
  }

  private final Tiles tiles;
  private final int bytes;
  private final int n;
  private final int k;
  private final View yView;
  private final Operand y;
  private final boolean packed;
  private final List<Left> lefts;

  /// How many rows the left operands have together, or if it is only one.
  private final int m;

  private final int scratch;
  private final Odometer batch;
  private final long count;

  private long yAt;
  private long zeros;

  /// The block of a panel that is multiplied with.
  private long panel;

  private long panelRow;

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
    this.n = Math.toIntExact(to.layout().dim(batchAxes + 1));
    this.k = Math.toIntExact(x.layout().dim(batchAxes + 1));
    this.yView = y;
    this.y = Operand.of(y, batchAxes);
    this.packed = packed;
    this.lefts = List.of(new Left(batchAxes, alpha, x, beta, added, to));
    this.m = lefts.getFirst().rows;
    this.scratch = scratch.index();
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

  private TiledProduct(TiledProduct first, TiledProduct second) {
    this.tiles = first.tiles;
    this.bytes = first.bytes;
    this.n = first.n;
    this.k = first.k;
    this.yView = first.yView;
    this.y = first.y;
    this.packed = first.packed;
    this.lefts = Stream.concat(first.lefts.stream(), second.lefts.stream()).toList();
    this.m = first.m + second.m;
    this.scratch = first.scratch;
    this.batch = first.batch;
    this.count = 1;
  }

  /// Both products, if their right operands are the same, neither needs the memory that the other
  /// writes to, and all rows stay in the cache.
  @Override
  public Optional<Instruction> joined(Instruction next) {
    return next instanceof TiledProduct product && isLike(product) && m + product.m <= GROUP
        ? Optional.of(new TiledProduct(this, product))
        : Optional.empty();
  }

  private boolean isLike(TiledProduct next) {
    return tiles == next.tiles
        && count == 1
        && next.count == 1
        && packed == next.packed
        && y.equals(next.y)
        && n == next.n
        && k == next.k
        && !needs(next)
        && !next.needs(this);
  }

  /// Whether this product reads the memory that another one writes to.
  private boolean needs(TiledProduct other) {
    return other.lefts.stream()
        .map(left -> left.toView.slot())
        .anyMatch(
            slot -> yView.slot() == slot || lefts.stream().anyMatch(left -> left.reads(slot)));
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
    yAt = y.address(base);
    for (Left left : lefts) {
      left.start(base);
    }
    if (count == 1) {
      multiply();
      return;
    }
    Left left = lefts.getFirst();
    batch.start(0, left.xAt);
    batch.start(1, yAt);
    batch.start(2, left.addedAt);
    batch.start(3, left.toAt);
    batch.seek(0);
    for (long i = 0; i < count; i++) {
      left.xAt = batch.address(0);
      yAt = batch.address(1);
      left.addedAt = batch.address(2);
      left.toAt = batch.address(3);
      multiply();
      batch.advance();
    }
  }

  @Override
  public Plan.Step describe(PlanWriter writer) {
    List<Plan.Step> steps = lefts.stream().map(left -> describe(left, writer)).toList();
    return steps.size() == 1
        ? steps.getFirst()
        : new Plan.Step(
            "joined",
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            List.of(new Plan.Part("products", List.of(), steps)));
  }

  private Plan.Step describe(Left left, PlanWriter writer) {
    List<String> notes = new ArrayList<>();
    if (count != 1) {
      notes.add("batch=" + count);
    }
    notes.addAll(List.of("m=" + left.rows, "n=" + n, "k=" + k));
    if (packed) {
      notes.add("packed");
    }
    if (left.alpha != 1) {
      notes.add("alpha=" + left.alpha);
    }
    if (left.beta != 0) {
      notes.add("beta=" + left.beta);
    }
    return writer.step("tiles", left.reads(yView), left.toView, notes.toArray(String[]::new));
  }

  private long rowBytes() {
    return (long) tiles.columns() * bytes;
  }

  /// Rows of one left operand go by in groups; those of several are one group.
  private void multiply() {
    for (int row = 0; row < m; row += GROUP) {
      int rows = Math.min(GROUP, m - row);
      int terms = termsOfPanel(rows);
      for (int first = 0; first < k; first += terms) {
        int end = Math.min(k, first + terms);
        for (int column = 0; column < n; column += tiles.columns()) {
          for (int p = first; p < end; p += DEPTH) {
            block(row, rows, p, column);
          }
        }
      }
    }
  }

  /// How many terms of a panel so many rows are multiplied with before the next panel comes. Packed
  /// panels are read from one end to the other, and so the whole matrix, if the rows stay in the
  /// cache that long.
  private int termsOfPanel(int rows) {
    return packed && (long) rows * k <= (long) GROUP * DEPTH ? k : DEPTH;
  }

  /// Multiplies rows of all left operands by a block of a panel.
  private void block(int row, int rows, int p, int column) {
    int width = Math.min(tiles.columns(), n - column);
    findPanel(rows, p, column, width);
    for (Left left : lefts) {
      panel(left, row, Math.min(left.rows, row + rows), p, column, width);
    }
  }

  /// Has a block of a panel where tiles can read it, for so many rows.
  private void findPanel(int rows, int p, int column, int width) {
    int padded = PackedPanels.padded(width, tiles);
    if (packed) {
      panelRow = (long) padded * bytes;
      panel = yAt + (long) column * k * bytes + p * panelRow;
    } else if (y.step == bytes && width == padded && (y.row < FAR || rows < MANY)) {
      panelRow = y.row;
      panel = yAt + p * y.row + column * y.step;
    } else {
      panelRow = (long) padded * bytes;
      panel = zeros + (1 + Tiles.ROWS) * rowBytes();
      PackedPanels.pack(
          yAt + p * y.row + column * y.step,
          y.row,
          y.step,
          Math.min(DEPTH, k - p),
          width,
          panel,
          padded,
          bytes);
    }
  }

  /// Multiplies some rows by a block of a panel.
  private void panel(Left factor, int row, int end, int p, int column, int width) {
    int depth = Math.min(DEPTH, k - p);
    Operand x = factor.x;
    Operand to = factor.to;
    long left = factor.xAt + p * x.step;
    long target = factor.toAt + (long) column * bytes;
    long from = zeros;
    long fromRow = 0;
    double scale = 1;
    if (p > 0) {
      from = target;
      fromRow = to.row;
    } else if (factor.beta != 0) {
      from = factor.addedAt + (long) column * bytes;
      fromRow = factor.added.row;
      scale = factor.beta;
    }
    boolean whole = width == PackedPanels.padded(width, tiles);
    for (int i = row; i < end; i += Tiles.ROWS) {
      int rows = Math.min(Tiles.ROWS, end - i);
      Tile tile = tiles.tile(rows, width);
      long a = left + i * x.row;
      if (whole) {
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
            factor.alpha,
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
            factor.alpha,
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
