package arignote.backend.cpu;

import arignote.plan.View;

/// Columns side by side in memory, in pieces that threads share: each a stretch of a row of the
/// result, and what lies at the same place of the input.
final class ColumnPieces implements Workers.Task {
  /// What is done with a piece.
  interface Work {
    /// Does the work of one piece.
    ///
    /// @param part who does it
    /// @param from the address of the input's first element
    /// @param to that of the result's
    /// @param count how many columns the piece has
    void run(int part, long from, long to, int count);
  }

  /// The most columns of a piece, and the fewest, whose rows still fill cache lines.
  static final int WIDEST = 2048;

  private static final int NARROWEST = 64;

  private final Nest columns;
  private final int bytes;
  private final int fromSlot;
  private final long fromOffset;
  private final int toSlot;
  private final long toOffset;
  private final Workers workers;
  private final int parts;
  private final Work work;
  private final int width;
  private final long perRow;
  private final Odometer[] rows;
  private long[] base = {};

  /// @param columns input and result, with the innermost adjacent in memory
  ColumnPieces(View from, View to, Nest columns, Workers workers, int parts, Work work) {
    this.columns = columns;
    this.bytes = from.dtype().bytes();
    this.fromSlot = from.slot().index();
    this.fromOffset = from.offset();
    this.toSlot = to.slot().index();
    this.toOffset = to.offset();
    this.workers = workers;
    this.parts = parts;
    this.work = work;
    this.width = width(columns, parts);
    this.perRow = (columns.inner() + width - 1) / width;
    this.rows = new Odometer[parts];
    for (int part = 0; part < parts; part++) {
      rows[part] = new Odometer(columns, columns.rank() - 1);
    }
  }

  /// Whether columns lie side by side, enough of them for vectors.
  static boolean fits(Nest columns, int bytes) {
    return columns.rank() > 0
        && columns.inner() >= 8
        && columns.innerStride(0) == bytes
        && columns.innerStride(1) == bytes;
  }

  /// Into how many parts work can be divided, if each column has so many elements.
  static int parts(Nest columns, long elements, int threads) {
    long narrow = (columns.inner() + NARROWEST - 1) / NARROWEST;
    return Grain.parts(columns.size() * elements, columns.rows() * narrow, threads);
  }

  /// How wide pieces are, so that there is one for each part; which does not change bits.
  private static int width(Nest columns, int parts) {
    long perRow = (parts + columns.rows() - 1) / Math.max(1, columns.rows());
    long width = (columns.inner() + perRow - 1) / Math.max(1, perRow);
    long whole = (width + NARROWEST - 1) / NARROWEST * NARROWEST;
    return Math.clamp(whole, NARROWEST, WIDEST);
  }

  /// Does the work of all pieces.
  void run(long[] base) {
    this.base = base;
    workers.run(parts, this);
  }

  @Override
  public void run(int part) {
    long count = columns.rows() * perRow;
    long first = count * part / parts;
    long end = count * (part + 1) / parts;
    if (first >= end) {
      return;
    }
    Odometer row = rows[part];
    row.start(0, base[fromSlot] + fromOffset);
    row.start(1, base[toSlot] + toOffset);
    row.seek(first / perRow);
    for (long piece = first; piece < end; piece++) {
      long column = piece % perRow * width;
      work.run(
          part,
          row.address(0) + column * bytes,
          row.address(1) + column * bytes,
          (int) Math.min(width, columns.inner() - column));
      if (piece % perRow == perRow - 1) {
        row.advance();
      }
    }
  }
}
