package arignote.backend.cuda.codegen;

import arignote.backend.cuda.kernel.Launch;
import arignote.plan.IndexedRows;
import arignote.plan.View;
import arignote.tensor.DType;

/// Kernels that add or put rows at the places that indices name, in the order of the updates.
///
/// The updates are sorted by place first, as numbers: the place in the upper bits, the update's
/// position in the lower ones, so that no two are equal and those of one place keep their order.
/// Tiles are sorted by a block each, then merged two by two, where each number finds its place by
/// looking for it in the other half. After that the updates of a place are neighbours.
///
/// Updates whose index is outside have a place of their own behind all others, and are left out.
///
/// @param indexing what is scattered where
public record Scattering(Indexing indexing) {
  /// How many numbers a block sorts at most.
  public static final int TILE = 1024;

  /// As many updates of a place as this are always added one after the other.
  private static final long SHORTEST_PIECE = 64;

  private static final int THREADS = 256;
  private static final int BLOCKS = 16;

  /// How many updates there are.
  public long updates() {
    return rows().indices();
  }

  /// Whether places and positions fit numbers of 63 bits together.
  public boolean fits() {
    return places() <= Long.MAX_VALUE >> shift();
  }

  private long places() {
    return rows().batches() * (rows().length() + 1);
  }

  /// How many bits a position takes.
  private int shift() {
    return 64 - Long.numberOfLeadingZeros(updates());
  }

  private IndexedRows rows() {
    return indexing.rows();
  }

  private static Launch launch(KernelText text, boolean large, long work, int processors) {
    int threads = (int) Math.min(THREADS, (work + 31) / 32 * 32);
    return text.launch(
        large, Math.min((work + threads - 1) / threads, (long) processors * BLOCKS), threads);
  }

  /// Makes the numbers of the updates, and sorts them in tiles.
  ///
  /// @param to as many `i64` as there are updates
  public Launch sortTiles(View indices, View to) {
    KernelText text = new KernelText();
    DType index = indexing.index();
    text.line("const %s *indices = %s;".formatted(index, text.pointer(indices)));
    text.line("u64 *to = (u64 *)%s;".formatted(text.pointer(to)));
    text.line("const index size = %s;".formatted(text.index(updates())));
    text.line("const u64 length = %s;".formatted(text.number(rows().length())));
    text.line("__shared__ u64 tiles[%d];".formatted(2 * TILE));
    text.line("const index i = (index)blockIdx.x * blockDim.x + threadIdx.x;");
    // What fills up the last tile is above all numbers.
    text.line("u64 own = ((u64)1 << 63) | threadIdx.x;");
    text.open("if (i < size)");
    text.line("const u64 at = (u64)indices[i];");
    text.line(
        "const u64 place = (u64)(i / %s) * (length + 1) + (at < length ? at : length);"
            .formatted(text.index(rows().count())));
    text.line("own = place << %s | (u64)i;".formatted(text.number(shift())));
    text.close();
    text.line("u64 *from = tiles, *next = tiles + %d;".formatted(TILE));
    text.line("from[threadIdx.x] = own;");
    text.line("__syncthreads();");
    text.open("for (u32 width = 1; width < blockDim.x; width *= 2)");
    text.line("const u32 start = threadIdx.x & ~(2 * width - 1);");
    text.line("const u32 other = (threadIdx.x & width) != 0 ? start : start + width;");
    text.line(
        "next[start + (threadIdx.x & (width - 1)) + less_than(own, from + other, (i32)width)] = own;");
    text.line("__syncthreads();");
    text.line("u64 *sorted = next;");
    text.line("next = from;");
    text.line("from = sorted;");
    text.line("own = from[threadIdx.x];");
    text.close();
    text.line("if (i < size) to[i] = own;");
    int tile = tile();
    return text.launch(indexing.isLarge(), (updates() + tile - 1) / tile, tile);
  }

  /// How many numbers are sorted by a block: a power of two.
  public int tile() {
    return Math.clamp(Long.highestOneBit(2 * updates() - 1), 32, TILE);
  }

  /// Merges neighbouring sorted stretches.
  ///
  /// @param width the length of each
  public Launch merge(View from, View to, long width, int processors) {
    KernelText text = new KernelText();
    text.line("const u64 *from = (u64 *)%s;".formatted(text.pointer(from)));
    text.line("u64 *to = (u64 *)%s;".formatted(text.pointer(to)));
    text.line("const index size = %s;".formatted(text.index(updates())));
    text.line("const index width = %s;".formatted(text.index(width)));
    text.open(
        "for (index i = (index)blockIdx.x * blockDim.x + threadIdx.x; i < size; i += (index)gridDim.x * blockDim.x)");
    text.line("const index start = i - i % (2 * width);");
    text.line("const index middle = size - start < width ? size : start + width;");
    text.line("const index end = size - middle < width ? size : middle + width;");
    text.line("const u64 own = from[i];");
    text.line(
        "const index less = i < middle ? less_than(own, from + middle, end - middle) : less_than(own, from + start, middle - start) - (middle - start);");
    text.line("to[i + less] = own;");
    text.close();
    return launch(
        text, indexing.isLarge() || updates() > Integer.MAX_VALUE / 4, updates(), processors);
  }

  /// Puts the last update of each place there.
  ///
  /// @param sorted the sorted numbers
  public Launch put(View sorted, View updates, View to, int processors) {
    KernelText text = new KernelText();
    declare(text, sorted, updates, to);
    open(text, "k", updates(), "0");
    text.line("if (k + 1 < size && sorted[k + 1] >> shift == own) continue;");
    place(text, to.dtype());
    text.line("*place = update(k);");
    text.close();
    return launch(text, indexing.isLarge(), work(updates()), processors);
  }

  /// Adds each update to its place when it comes, in whatever order that is.
  public Launch addAtomically(View indices, View updates, View to, int processors) {
    KernelText text = new KernelText();
    DType dtype = to.dtype();
    text.line("const %s *indices = %s;".formatted(indexing.index(), text.pointer(indices)));
    text.line("const %s *updates = %s;".formatted(dtype, text.pointer(updates)));
    text.line("%s *to = %s;".formatted(dtype, text.pointer(to)));
    text.line("const index count = %s;".formatted(text.index(rows().count())));
    text.line("const index before = %s;".formatted(text.index(rows().before())));
    text.line("const index elements = %s;".formatted(text.index(rows().rowElements())));
    text.line("const u64 length = %s;".formatted(text.number(rows().length())));
    text.open(
        "for (index i = (index)blockIdx.x * blockDim.x + threadIdx.x; i < %s; i += (index)gridDim.x * blockDim.x)"
            .formatted(text.index(rows().elementsMoved())));
    text.line("const index row = i / elements;");
    text.line("const index block = row / count;");
    text.line("const u64 at = (u64)indices[block / before * count + row % count];");
    text.line("if (at >= length) continue;");
    text.line(
        "%s *place = to + (block * (index)length + (index)at) * elements + i %% elements;"
            .formatted(dtype));
    // There is one for unsigned numbers only.
    text.line(
        dtype == DType.I64
            ? "atomicAdd((u64 *)place, (u64)updates[i]);"
            : "atomicAdd(place, updates[i]);");
    text.close();
    return launch(text, indexing.isLarge(), rows().elementsMoved(), processors);
  }

  /// How many neighbours in the order of places are added up at once, so that no thread has to add
  /// all updates of a place that very many have.
  public long piece() {
    long piece = SHORTEST_PIECE;
    while (piece * piece < updates()) {
      piece *= 2;
    }
    return piece;
  }

  /// How many such pieces there are.
  public long pieces() {
    return (updates() + piece() - 1) / piece();
  }

  /// Adds up the updates of each piece that continues a place that an earlier one has begun.
  ///
  /// @param sums a row for each piece, `before` times
  public Launch addPieces(View sorted, View updates, View sums, int processors) {
    KernelText text = new KernelText();
    declare(text, sorted, updates, sums);
    text.line("const index piece = %s;".formatted(text.index(piece())));
    open(text, "number", pieces(), "number * piece");
    text.line("if (k == 0 || sorted[k - 1] >> shift != own) continue;");
    text.line("const index end = size - k < piece ? size : k + piece;");
    text.line("%s sum = update(k);".formatted(sums.dtype()));
    text.line(
        "for (index j = k + 1; j < end && sorted[j] >> shift == own; j++) sum = add_(sum, update(j));");
    text.line("to[i] = sum;");
    text.close();
    return launch(text, indexing.isLarge(), work(pieces()), processors);
  }

  /// Adds all updates of a place: those of its first piece, then the sums of those that continue
  /// it.
  ///
  /// @param sums where [#addPieces] put them; not read if there is one piece
  public Launch add(View sorted, View updates, View sums, View to, int processors) {
    KernelText text = new KernelText();
    declare(text, sorted, updates, to);
    text.line("const %s *sums = %s;".formatted(to.dtype(), text.pointer(sums)));
    text.line("const index piece = %s;".formatted(text.index(piece())));
    text.line("const index pieces = %s;".formatted(text.index(pieces())));
    open(text, "k", updates(), "0");
    text.line("if (k > 0 && sorted[k - 1] >> shift == own) continue;");
    text.line("index end = k - k % piece;");
    text.line("end = size - end < piece ? size : end + piece;");
    place(text, to.dtype());
    text.line("%s sum = *place;".formatted(to.dtype()));
    text.line("index j = k;");
    text.line("for (; j < end && sorted[j] >> shift == own; j++) sum = add_(sum, update(j));");
    text.line(
        "if (j == end) for (; j < size && sorted[j] >> shift == own; j += piece) sum = add_(sum, sums[(outer * pieces + j / piece) * elements + e]);");
    text.line("*place = sum;");
    text.close();
    return launch(text, indexing.isLarge(), work(updates()), processors);
  }

  private long work(long rows) {
    return rows().before() * rows * rows().rowElements();
  }

  private void declare(KernelText text, View sorted, View updates, View to) {
    DType dtype = to.dtype();
    text.line("const u64 *sorted = (u64 *)%s;".formatted(text.pointer(sorted)));
    text.line("const %s *updates = %s;".formatted(dtype, text.pointer(updates)));
    text.line("%s *to = %s;".formatted(dtype, text.pointer(to)));
    text.line("const index size = %s;".formatted(text.index(updates())));
    text.line("const index count = %s;".formatted(text.index(rows().count())));
    text.line("const index before = %s;".formatted(text.index(rows().before())));
    text.line("const index elements = %s;".formatted(text.index(rows().rowElements())));
    text.line("const u64 length = %s;".formatted(text.number(rows().length())));
    text.line("const i32 shift = (i32)%s;".formatted(text.number(shift())));
  }

  /// A loop over the elements of some rows.
  ///
  /// @param row what counts the rows
  /// @param rows how many there are, for each of what comes before the axis
  /// @param first `0` if the row is a position in the order of places, else what makes it one
  private void open(KernelText text, String row, long rows, String first) {
    String end = text.index(work(rows));
    String each = text.index(rows);
    text.open(
        "for (index i = (index)blockIdx.x * blockDim.x + threadIdx.x; i < %s; i += (index)gridDim.x * blockDim.x)"
            .formatted(end));
    text.line("const index e = i % elements;");
    text.line("const index %s = i / elements %% %s;".formatted(row, each));
    text.line("const index outer = i / elements / %s;".formatted(each));
    if (!first.equals("0")) {
      text.line("const index k = %s;".formatted(first));
    }
    text.line("const u64 own = sorted[k] >> shift;");
    text.line("const u64 at = own % (length + 1);");
    text.line("if (at == length) continue;");
    text.line("const index batch = (index)(own / (length + 1));");
    text.line("const index block = batch * before + outer;");
    text.open("const auto update = [&](index j)");
    text.line("const index position = (index)(sorted[j] & (((u64)1 << shift) - 1));");
    text.line("return updates[(block * count + position - batch * count) * elements + e];");
    text.close(";");
  }

  private static void place(KernelText text, DType dtype) {
    text.line(
        "%s *place = to + (block * (index)length + (index)at) * elements + e;".formatted(dtype));
  }
}
