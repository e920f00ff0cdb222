package arignote.backend.cuda.codegen;

import arignote.backend.cuda.kernel.Argument;
import arignote.backend.cuda.kernel.Launch;
import arignote.backend.cuda.kernel.Nest;
import arignote.backend.cuda.kernel.Place;
import arignote.plan.LoopBody;
import java.util.ArrayList;
import java.util.List;

/// Kernels of loops with reductions: some threads share a row, the elements along the reduced axes.
///
/// For each reduction that needs another the row is read once more, which it still lies in a cache
/// for; elementwise values are computed again rather than kept. Threads join what they have in a
/// fixed order, so that results are the same every time.
public final class RowKernel {
  /// Who shares a row.
  private enum Sharing {
    /// Nobody: a thread has a row of its own, its neighbour the next.
    THREAD(128, 128),
    /// A warp.
    WARP(128, 4),
    /// A block.
    BLOCK(256, 1),
    /// Every 32nd thread of a block; neighbours have neighbouring rows.
    COLUMN(256, 32);

    final int threads;
    final int rows;

    /// @param threads of a block
    /// @param rows of a block
    Sharing(int threads, int rows) {
      this.threads = threads;
      this.rows = rows;
    }

    int lanes() {
      return threads / rows;
    }
  }

  /// Rows up to this length have a thread each.
  private static final long SHORT = 4;

  /// Rows up to this length have a warp each.
  private static final long MIDDLE = 1024;

  /// No part of a row is shorter, in elements for each thread.
  private static final long SHORTEST_PART = 8;

  private static final int BLOCKS = 16;

  private final LoopBody body;
  private final int processors;
  private final Nest rows;
  private final Nest elements;
  private final List<Place> places;
  private final Sharing sharing;
  private final int[] levels;
  private final KernelText text = new KernelText();

  /// @param reduced the axes of the shape that are reduced
  /// @param sources one for each of the body's
  /// @param targets likewise; those of rows have strides of 0 along reduced axes
  public RowKernel(
      LoopBody body,
      long[] shape,
      List<Integer> reduced,
      List<Place> sources,
      List<Place> targets,
      int processors) {
    this.body = body;
    this.processors = processors;
    this.places = new ArrayList<>(sources);
    places.addAll(targets);
    List<Integer> kept = new ArrayList<>();
    for (int axis = 0; axis < shape.length; axis++) {
      if (!reduced.contains(axis)) {
        kept.add(axis);
      }
    }
    this.rows = nest(shape, kept);
    this.elements = nest(shape, reduced);
    this.sharing = sharing();
    this.levels = levels();
  }

  private Nest nest(long[] shape, List<Integer> axes) {
    return Nest.of(
        axes.stream().mapToLong(axis -> shape[axis]).toArray(),
        places.stream().map(place -> place.select(axes)).toList());
  }

  private Sharing sharing() {
    long length = elements.size();
    if (length <= SHORT) {
      return Sharing.THREAD;
    }
    if (rows.rank() > 0 && rows.size() >= 8 && rowsAreCloser()) {
      return Sharing.COLUMN;
    }
    return length <= MIDDLE ? Sharing.WARP : Sharing.BLOCK;
  }

  /// Whether more operands have neighbouring rows side by side in memory than neighbouring
  /// elements.
  private boolean rowsAreCloser() {
    int score = 0;
    for (int i = 0; i < places.size(); i++) {
      long byElement = innermost(elements, i);
      if (places.get(i).slot().isPresent() && byElement != 0) {
        score += Math.abs(innermost(rows, i)) == 1 ? 1 : 0;
        score -= Math.abs(byElement) == 1 ? 1 : 0;
      }
    }
    return score > 0;
  }

  private static long innermost(Nest nest, int place) {
    return nest.rank() == 0 ? 0 : nest.places().get(place).strides()[nest.rank() - 1];
  }

  /// For each value how many reductions come before it, one after another.
  private int[] levels() {
    int[] found = new int[body.values().size()];
    for (LoopBody.Value value : body.values()) {
      int level = 0;
      for (int needed : value.origin().needed()) {
        level = Math.max(level, found[needed]);
      }
      found[value.number()] = level + (value.origin() instanceof LoopBody.Reduction ? 1 : 0);
    }
    return found;
  }

  /// In how many parts rows should be reduced, as there are too few of them for the device; 1 if
  /// that is not so, or the parts could not be joined by reducing them once more.
  public long parts() {
    boolean joinable =
        body.targets().stream()
            .allMatch(target ->
                target instanceof LoopBody.OfRows
                    && levels[target.value()] == 1
                    && body.values().get(target.value()).origin() instanceof LoopBody.Reduction);
    long blocks = (rows.size() + sharing.rows - 1) / sharing.rows;
    long wanted = 4L * processors / Math.max(1, blocks);
    long possible = elements.size() / (sharing.lanes() * SHORTEST_PART);
    return joinable ? Math.max(1, Math.min(wanted, possible)) : 1;
  }

  /// The kernel that does all of it.
  public Launch whole() {
    return write(1, List.of());
  }

  /// The kernel that reduces each row in some parts.
  ///
  /// @param scratch for each target where the parts go, those of a row one after another
  public Launch inParts(long parts, List<Argument> scratch) {
    return write(parts, scratch);
  }

  private Launch write(long parts, List<Argument> scratch) {
    declare(scratch);
    String count = text.index(rows.size() * parts);
    text.line("const index length = %s;".formatted(text.index(elements.size())));
    text.open(
        "for (index base = (index)blockIdx.x * %d; base < %s; base += (index)gridDim.x * %d)"
            .formatted(sharing.rows, count, sharing.rows));
    text.line(
        "const index row = base + %s;"
            .formatted(
                switch (sharing) {
                  case THREAD -> "threadIdx.x";
                  case WARP -> "threadIdx.x / 32";
                  case BLOCK -> "0";
                  case COLUMN -> "threadIdx.x % 32";
                }));
    text.line(
        "const index lane = %s;"
            .formatted(
                switch (sharing) {
                  case THREAD -> "0";
                  case WARP -> "threadIdx.x % 32";
                  case BLOCK -> "threadIdx.x";
                  case COLUMN -> "threadIdx.x / 32";
                }));
    // Threads behind the last row do it too, but do not write.
    text.line("const bool active = row < %s;".formatted(count));
    text.line("const index some = active ? row : %s - 1;".formatted(count));
    if (parts > 1) {
      String number = text.index(parts);
      text.line("const index place = some / %s;".formatted(number));
      text.line("const index chunk = (length + %s - 1) / %s;".formatted(number, number));
      text.line("const index from = some %% %s * chunk;".formatted(number));
      text.line("const index end = from + chunk < length ? from + chunk : length;");
    } else {
      text.line("const index place = some, from = 0, end = length;");
    }
    Expressions.positions(text, rows, "place", "x");
    List<Place> atRow = rows.places();
    for (int i = 0; i < atRow.size(); i++) {
      if (atRow.get(i).slot().isPresent() && !(i >= body.sources().size() && parts > 1)) {
        text.line(
            "const index o%d = %s;"
                .formatted(i, Expressions.offset(text, rows, atRow.get(i), "x")));
      }
    }
    int last = 0;
    for (LoopBody.Value value : body.values()) {
      last = Math.max(last, levels[value.number()]);
    }
    ofRow(0);
    for (int level = 0; level < last; level++) {
      reduce(level);
      ofRow(level + 1);
    }
    if (parts > 1) {
      for (int i = 0; i < body.targets().size(); i++) {
        text.line(
            "if (active && lane == 0) q%d[row] = %s;"
                .formatted(i, Expressions.name(body.targets().get(i).value())));
      }
    } else {
      store();
    }
    text.close();
    long blocks = (rows.size() * parts + sharing.rows - 1) / sharing.rows;
    return text.launch(
        isLarge(parts), Math.min(blocks, (long) processors * BLOCKS), sharing.threads);
  }

  private void declare(List<Argument> scratch) {
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      int target = i - body.sources().size();
      if (target >= 0) {
        Argument address = scratch.isEmpty() ? place.address() : scratch.get(target);
        text.line(
            "%s *q%d = %s;".formatted(place.dtype(), target, text.pointer(place.dtype(), address)));
      } else if (place.slot().isPresent()) {
        text.line(
            "const %s *p%d = %s;"
                .formatted(place.dtype(), i, text.pointer(place.dtype(), place.address())));
      }
    }
  }

  private boolean isLarge(long parts) {
    long most = Integer.MAX_VALUE / 2;
    if (rows.size() * parts > most || elements.size() > most) {
      return true;
    }
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      long extent = rows.extent(rows.places().get(i)) + elements.extent(elements.places().get(i));
      if (extent > most || (place.slot().isEmpty() && Math.abs(place.offset()) > most)) {
        return true;
      }
    }
    return false;
  }

  /// Writes the values of rows that so many reductions come before.
  private void ofRow(int level) {
    for (LoopBody.Value value : body.values()) {
      boolean isReduction = value.origin() instanceof LoopBody.Reduction;
      if (value.ofRow() && levels[value.number()] == level && !isReduction) {
        value(value, false);
      }
    }
  }

  private void value(LoopBody.Value value, boolean inRow) {
    String expression =
        value.origin() instanceof LoopBody.Read
            ? read(value.number(), inRow)
            : Expressions.computed(value);
    text.line(
        "const %s %s = %s;".formatted(value.dtype(), Expressions.name(value.number()), expression));
  }

  private String read(int source, boolean inRow) {
    Place place = places.get(source);
    String offset =
        inRow ? Expressions.offset(text, elements, elements.places().get(source), "y") : "0";
    if (place.slot().isPresent()) {
      return "p%d[o%d + %s]".formatted(source, source, offset);
    }
    String base = Expressions.offset(text, rows, rows.places().get(source), "x");
    return "(i64)%s + (%s) + (%s)".formatted(text.number(place.offset()), base, offset);
  }

  /// Opens a loop over a row and writes what is needed of its elements.
  private void elements(List<Integer> wanted) {
    boolean[] needed = new boolean[body.values().size()];
    wanted.forEach(value -> needed[value] = true);
    for (LoopBody.Value value : body.values().reversed()) {
      if (needed[value.number()] && !value.ofRow()) {
        value.origin().needed().forEach(operand -> needed[operand] = true);
      }
    }
    text.open("for (index j = from + lane; j < end; j += %d)".formatted(sharing.lanes()));
    Expressions.positions(text, elements, "j", "y");
    for (LoopBody.Value value : body.values()) {
      if (needed[value.number()] && !value.ofRow()) {
        value(value, true);
      }
    }
  }

  private void reduce(int level) {
    List<LoopBody.Value> reductions =
        body.reductions().stream().filter(value -> levels[value.number()] == level + 1).toList();
    List<Integer> wanted = new ArrayList<>();
    for (LoopBody.Value value : reductions) {
      LoopBody.Reduction reduction = (LoopBody.Reduction) value.origin();
      wanted.add(reduction.value());
      text.line(
          "%s t%d = %s;"
              .formatted(
                  value.dtype(),
                  value.number(),
                  Expressions.identity(reduction.fn(), value.dtype())));
    }
    elements(wanted);
    for (LoopBody.Value value : reductions) {
      LoopBody.Reduction reduction = (LoopBody.Reduction) value.origin();
      text.line(
          "t%d = %s::join(t%d, %s);"
              .formatted(
                  value.number(),
                  Expressions.joining(reduction.fn()),
                  value.number(),
                  Expressions.name(reduction.value())));
    }
    text.close();
    for (LoopBody.Value value : reductions) {
      join(value, (LoopBody.Reduction) value.origin());
    }
  }

  private void join(LoopBody.Value value, LoopBody.Reduction reduction) {
    int number = value.number();
    String struct = Expressions.joining(reduction.fn());
    if (sharing == Sharing.BLOCK || sharing == Sharing.COLUMN) {
      int room = sharing == Sharing.BLOCK ? sharing.threads / 32 : sharing.threads;
      text.line("__shared__ %s parts%d[%d];".formatted(value.dtype(), number, room));
    }
    text.line(
        "const %s %s = %s;"
            .formatted(
                value.dtype(),
                Expressions.name(number),
                switch (sharing) {
                  case THREAD -> "t" + number;
                  case WARP -> "reduce_warp<%s>(t%d)".formatted(struct, number);
                  case BLOCK -> "reduce_block<%s>(t%d, parts%d)".formatted(struct, number, number);
                  case COLUMN ->
                      "reduce_column<%s>(t%d, parts%d, 32)".formatted(struct, number, number);
                }));
  }

  private void store() {
    List<Integer> wanted = new ArrayList<>();
    for (int i = 0; i < body.targets().size(); i++) {
      LoopBody.Target target = body.targets().get(i);
      if (target instanceof LoopBody.OfRows) {
        text.line(
            "if (active && lane == 0) q%d[o%d] = %s;"
                .formatted(i, i + body.sources().size(), Expressions.name(target.value())));
      } else {
        wanted.add(target.value());
      }
    }
    if (wanted.isEmpty()) {
      return;
    }
    elements(wanted);
    for (int i = 0; i < body.targets().size(); i++) {
      LoopBody.Target target = body.targets().get(i);
      if (!(target instanceof LoopBody.OfRows)) {
        int place = i + body.sources().size();
        text.line(
            "if (active) q%d[o%d + %s] = %s;"
                .formatted(
                    i,
                    place,
                    Expressions.offset(text, elements, elements.places().get(place), "y"),
                    Expressions.name(target.value())));
      }
    }
    text.close();
  }
}
