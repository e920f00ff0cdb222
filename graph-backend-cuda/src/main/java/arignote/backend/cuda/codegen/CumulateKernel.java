package arignote.backend.cuda.codegen;

import arignote.backend.cuda.kernel.Launch;
import arignote.backend.cuda.kernel.Nest;
import arignote.backend.cuda.kernel.Place;
import arignote.ir.op.CumulateFn;
import arignote.ir.op.ReduceFn;
import arignote.plan.Slot;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.List;
import java.util.stream.IntStream;

/// Kernels of cumulative ops: running sums, products and extremes along lines.
///
/// A thread runs along a line of its own where lines are short, or lie side by side and are many;
/// else a block does, tile by tile: each thread combines some neighbours, and gets from the others
/// what those before it make. Lines that are too few for the device are divided into parts, each
/// for a block, after another kernel has found what each part makes as a whole. All join in a fixed
/// order, so that results are the same every time.
///
/// Sums and products of floats are kept in double precision; products that threads share as
/// fractions and exponents.
public final class CumulateKernel {
  /// Lines up to this length have a thread each.
  private static final long SHORT = 16;

  /// As many lines side by side for each processor have a thread each.
  private static final long MANY = 64;

  /// How many neighbours a thread of a block combines.
  private static final int EACH = 4;

  private static final int THREADS = 256;
  private static final int BLOCKS = 16;

  /// No part of a line is shorter.
  private static final long SHORTEST_PART = 2L * THREADS * EACH;

  /// @param type what running values are kept in
  /// @param none the value before the first element
  private record Running(String type, String none) {
    String of(String element) {
      return type.equals("scaled")
          ? "scaled_(%s)".formatted(element)
          : "(%s)%s".formatted(type, element);
    }

    String as(DType dtype, String value) {
      return type.equals("scaled")
          ? "(%s)value_(%s)".formatted(dtype, value)
          : "(%s)%s".formatted(dtype, value);
    }
  }

  private final ReduceFn fn;
  private final View from;
  private final View to;
  private final DType dtype;
  private final long length;
  private final long fromStride;
  private final long toStride;
  private final Nest lines;
  private final int processors;
  private final boolean shared;

  /// @param from turned around if the op runs from the end, as `to`; not empty
  public CumulateKernel(CumulateFn fn, View from, View to, int axis, int processors) {
    this.fn = fn.reduction();
    this.from = from;
    this.to = to;
    this.dtype = from.dtype();
    this.length = from.layout().dim(axis);
    this.fromStride = from.layout().stride(axis);
    this.toStride = to.layout().stride(axis);
    List<Integer> others =
        IntStream.range(0, from.layout().rank()).filter(other -> other != axis).boxed().toList();
    this.lines =
        Nest.of(
            others.stream().mapToLong(from.layout()::dim).toArray(),
            List.of(Place.of(from).select(others), Place.of(to).select(others)));
    this.processors = processors;
    this.shared = length > SHORT && !(lines.size() >= MANY * processors && areSideBySide());
  }

  private boolean areSideBySide() {
    return lines.rank() > 0
        && lines.places().stream()
            .allMatch(place -> Math.abs(place.strides()[lines.rank() - 1]) <= 1);
  }

  /// In how many parts lines should be divided; 1 if there are enough of them.
  public long parts() {
    long wanted = 4L * processors / lines.size();
    return shared ? Math.max(1, Math.min(wanted, length / SHORTEST_PART)) : 1;
  }

  /// Room for what each part of each line makes.
  public long totalsBytes(long parts) {
    return lines.size() * parts * (isScaled() ? 2 * DType.F64.bytes() : keptIn().bytes());
  }

  /// The same as a view.
  public View totals(Slot slot, long parts) {
    return isScaled()
        ? View.dense(slot, DType.F64, lines.size(), parts, 2)
        : View.dense(slot, keptIn(), lines.size(), parts);
  }

  private boolean isScaled() {
    return fn == ReduceFn.PROD && dtype.isFloat() && shared;
  }

  private DType keptIn() {
    return dtype.isFloat() && (fn == ReduceFn.SUM || fn == ReduceFn.PROD) ? DType.F64 : dtype;
  }

  private Running running() {
    return isScaled()
        ? new Running("scaled", "scaled_(1.0)")
        : new Running(keptIn().toString(), Expressions.identity(fn, keptIn()));
  }

  private String join(String x, String y) {
    return "%s::join(%s, %s)".formatted(Expressions.joining(fn), x, y);
  }

  /// The kernel that does all of it.
  public Launch whole() {
    KernelText text = new KernelText();
    if (shared) {
      open(text, 1);
      text.line("%s carry = %s;".formatted(running().type, running().none));
      run(text);
      text.close();
      return launch(text, 1);
    }
    return byThreads(text);
  }

  private Launch byThreads(KernelText text) {
    Running running = running();
    declare(text);
    text.open(
        "for (index line = (index)blockIdx.x * blockDim.x + threadIdx.x; line < %s; line += (index)gridDim.x * blockDim.x)"
            .formatted(text.index(lines.size())));
    line(text);
    text.line("%s value = %s;".formatted(running.type, running.none));
    text.open("for (index i = 0; i < length; i++)");
    text.line("value = %s;".formatted(join("value", running.of("p[i * from_stride]"))));
    text.line("q[i * to_stride] = %s;".formatted(running.as(dtype, "value")));
    text.close();
    text.close();
    int threads = (int) Math.min(THREADS, (lines.size() + 31) / 32 * 32);
    long blocks = (lines.size() + threads - 1) / threads;
    return text.launch(isLarge(), Math.min(blocks, (long) processors * BLOCKS), threads);
  }

  /// The kernel that finds what each part of each line makes.
  public Launch totals(long parts, View totals) {
    Running running = running();
    KernelText text = new KernelText();
    open(text, parts);
    text.line("%s total = %s, all;".formatted(running.type, running.none));
    text.line(
        "for (index i = start + threadIdx.x; i < end; i += blockDim.x) total = %s;"
            .formatted(join("total", running.of("p[i * from_stride]"))));
    text.line(
        "scan_block<%s>(total, (%s)%s, joined, all);"
            .formatted(Expressions.joining(fn), running.type, running.none));
    text.line("if (threadIdx.x == 0) %s[item] = all;".formatted(pointer(text, totals)));
    text.close();
    return launch(text, parts);
  }

  /// The kernel that goes on in each part from what those before it make.
  public Launch inParts(long parts, View totals) {
    Running running = running();
    KernelText text = new KernelText();
    text.line("const %s *totals = %s;".formatted(running.type, pointer(text, totals)));
    open(text, parts);
    text.line("%s carry = %s;".formatted(running.type, running.none));
    text.line(
        "for (index i = item - part; i < item; i++) carry = %s;"
            .formatted(join("carry", "totals[i]")));
    run(text);
    text.close();
    return launch(text, parts);
  }

  private String pointer(KernelText text, View totals) {
    return "((%s *)%s)".formatted(running().type, text.pointer(totals));
  }

  private void declare(KernelText text) {
    text.line("const %s *from = %s;".formatted(dtype, text.pointer(from)));
    text.line("%s *to = %s;".formatted(dtype, text.pointer(to)));
    text.line("const index length = %s;".formatted(text.index(length)));
    text.line("const index from_stride = %s;".formatted(text.index(fromStride)));
    text.line("const index to_stride = %s;".formatted(text.index(toStride)));
  }

  /// Says where a line is.
  private void line(KernelText text) {
    Expressions.positions(text, lines, "line", "x");
    text.line(
        "const %s *p = from + %s;"
            .formatted(dtype, Expressions.offset(text, lines, lines.places().get(0), "x")));
    text.line(
        "%s *q = to + %s;"
            .formatted(dtype, Expressions.offset(text, lines, lines.places().get(1), "x")));
  }

  /// Opens a loop over the parts of lines that a block does: elements `start` to before `end`.
  private void open(KernelText text, long parts) {
    declare(text);
    text.line("const index parts = %s;".formatted(text.index(parts)));
    text.line("__shared__ %s joined[%d];".formatted(running().type, THREADS / 32));
    text.open(
        "for (index item = blockIdx.x; item < %s; item += gridDim.x)"
            .formatted(text.index(lines.size() * parts)));
    text.line("const index line = item / parts, part = item % parts;");
    line(text);
    text.line("const index chunk = (length + parts - 1) / parts;");
    text.line("const index start = part * chunk < length ? part * chunk : length;");
    text.line("const index end = length - start < chunk ? length : start + chunk;");
  }

  /// Writes a part, tile by tile, behind what `carry` says that comes before it.
  private void run(KernelText text) {
    Running running = running();
    text.open(
        "for (index tile = start; tile < end; tile += (index)blockDim.x * %d)".formatted(EACH));
    text.line("const index first = tile + (index)threadIdx.x * %d;".formatted(EACH));
    text.line("%s own[%d], total = %s, all;".formatted(running.type, EACH, running.none));
    text.line("#pragma unroll");
    text.open("for (int k = 0; k < %d; k++)".formatted(EACH));
    text.line(
        "if (first + k < end) total = %s;"
            .formatted(join("total", running.of("p[(first + k) * from_stride]"))));
    text.line("own[k] = total;");
    text.close();
    text.line(
        "const %s before = %s;"
            .formatted(
                running.type,
                join(
                    "carry",
                    "scan_block<%s>(total, (%s)%s, joined, all)"
                        .formatted(Expressions.joining(fn), running.type, running.none))));
    text.line("#pragma unroll");
    text.open("for (int k = 0; k < %d; k++)".formatted(EACH));
    text.line(
        "if (first + k < end) q[(first + k) * to_stride] = %s;"
            .formatted(running.as(dtype, join("before", "own[k]"))));
    text.close();
    text.line("carry = %s;".formatted(join("carry", "all")));
    text.close();
  }

  private Launch launch(KernelText text, long parts) {
    long perBlock = (length + parts - 1) / parts;
    int threads = Math.clamp((perBlock + EACH - 1) / EACH + 31, 32, THREADS) / 32 * 32;
    long blocks = Math.min(lines.size() * parts, (long) processors * BLOCKS);
    return text.launch(isLarge(), blocks, threads);
  }

  private boolean isLarge() {
    long most = Integer.MAX_VALUE / 2;
    return lines.size() * length > most
        || lines.extent(lines.places().get(0)) + Math.abs(fromStride) * length > most
        || lines.extent(lines.places().get(1)) + Math.abs(toStride) * length > most;
  }
}
