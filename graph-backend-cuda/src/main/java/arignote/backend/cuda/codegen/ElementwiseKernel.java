package arignote.backend.cuda.codegen;

import arignote.backend.cuda.kernel.Launch;
import arignote.backend.cuda.kernel.Nest;
import arignote.backend.cuda.kernel.Place;
import arignote.plan.LoopBody;
import arignote.plan.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Kernels of elementwise loops: each thread computes some elements of all results.
///
/// Where every operand lies as the loop runs, or is one element, threads read and write 16 bytes at
/// once. Otherwise they find an element's place from its position.
public final class ElementwiseKernel {
  private static final int THREADS = 256;

  /// A processor gets no more blocks than this; their threads do several elements each.
  private static final int BLOCKS = 16;

  private final LoopBody body;
  private final Nest nest;
  private final List<Place> sources;
  private final List<Place> targets;
  private final KernelText text = new KernelText();
  private final List<String> pointers = new ArrayList<>();
  private final List<String> results = new ArrayList<>();

  private ElementwiseKernel(LoopBody body, long[] shape, List<Place> sources, List<Place> targets) {
    this.body = body;
    List<Place> all = new ArrayList<>(sources);
    all.addAll(targets);
    this.nest = Nest.of(shape, all);
    this.sources = nest.places().subList(0, sources.size());
    this.targets = nest.places().subList(sources.size(), all.size());
  }

  /// The kernel of a loop.
  ///
  /// @param sources one for each of the body's
  /// @param targets likewise
  /// @param processors how many the device has
  public static Launch of(
      LoopBody body, long[] shape, List<Place> sources, List<Place> targets, int processors) {
    return new ElementwiseKernel(body, shape, sources, targets).write(processors);
  }

  private Launch write(int processors) {
    int width = width();
    long size = nest.size();
    boolean large = isLarge();
    String end = text.index(size / width);
    for (int i = 0; i < sources.size(); i++) {
      pointers.add("");
      Place source = sources.get(i);
      if (source.slot().isPresent()) {
        pointers.set(i, "p" + i);
        text.line(
            "const %s *p%d = %s;"
                .formatted(source.dtype(), i, text.pointer(source.dtype(), source.address())));
      }
    }
    for (int i = 0; i < targets.size(); i++) {
      results.add("q" + i);
      Place target = targets.get(i);
      text.line(
          "%s *q%d = %s;"
              .formatted(target.dtype(), i, text.pointer(target.dtype(), target.address())));
    }
    text.open(
        "for (index i = (index)blockIdx.x * blockDim.x + threadIdx.x; i < %s; i += (index)gridDim.x * blockDim.x)"
            .formatted(end));
    if (width > 1) {
      wide(width);
    } else {
      single();
    }
    text.close();
    long work = Math.max(1, size / width);
    int threads = (int) Math.min(THREADS, (work + 31) / 32 * 32);
    long blocks = Math.min((work + threads - 1) / threads, (long) processors * BLOCKS);
    return text.launch(large, blocks, threads);
  }

  private boolean isLarge() {
    return nest.size() > Integer.MAX_VALUE / 2
        || nest.places().stream()
            .anyMatch(place ->
                nest.extent(place) > Integer.MAX_VALUE / 2
                    || (place.slot().isEmpty()
                        && Math.abs(place.offset()) > Integer.MAX_VALUE / 2));
  }

  /// How many elements a thread reads at once.
  private int width() {
    int largest =
        nest.places().stream()
            .filter(place -> place.slot().isPresent() && !place.isRepeated())
            .mapToInt(place -> place.dtype().bytes())
            .max()
            .orElse(16);
    int width = 16 / largest;
    boolean fits =
        nest.rank() == 1
            && nest.size() % width == 0
            && sources.stream().allMatch(place -> isWide(place, width))
            && targets.stream().allMatch(place -> !place.isRepeated() && isWide(place, width));
    return fits ? width : 1;
  }

  private boolean isWide(Place place, int width) {
    return place.isRepeated()
        || (place.slot().isPresent()
            && place.strides()[0] == 1
            && place.offset() % width == 0
            && place.slot().map(Slot::alignment).orElseThrow()
                >= (long) width * place.dtype().bytes());
  }

  private void wide(int width) {
    Map<Integer, String> once = new HashMap<>();
    for (int i = 0; i < sources.size(); i++) {
      Place source = sources.get(i);
      if (source.isRepeated()) {
        once.put(i, repeated(i));
      } else {
        text.line("typedef pack<%s, %d> P%d;".formatted(source.dtype(), width, i));
        text.line(
            "const P%d w%d = *(const P%d *)(%s + i * %d);"
                .formatted(i, i, i, pointers.get(i), width));
      }
    }
    for (int i = 0; i < targets.size(); i++) {
      text.line("pack<%s, %d> r%d;".formatted(targets.get(i).dtype(), width, i));
    }
    text.line("#pragma unroll");
    text.open("for (int k = 0; k < %d; k++)".formatted(width));
    for (int i = 0; i < sources.size(); i++) {
      read(i, once.getOrDefault(i, "w" + i + ".v[k]"));
    }
    compute();
    for (int i = 0; i < targets.size(); i++) {
      text.line("r%d.v[k] = %s;".formatted(i, Expressions.name(body.targets().get(i).value())));
    }
    text.close();
    for (int i = 0; i < targets.size(); i++) {
      text.line(
          "*(pack<%s, %d> *)(%s + i * %d) = r%d;"
              .formatted(targets.get(i).dtype(), width, results.get(i), width, i));
    }
  }

  private String repeated(int source) {
    Place place = sources.get(source);
    return place.slot().isPresent() ? "*" + pointers.get(source) : text.number(place.offset());
  }

  private void single() {
    boolean isStrided =
        nest.places().stream().anyMatch(place -> !place.isRepeated() && !nest.isDense(place));
    if (isStrided) {
      Expressions.positions(text, nest, "i", "x");
    }
    for (int i = 0; i < sources.size(); i++) {
      Place source = sources.get(i);
      if (source.isRepeated()) {
        read(i, repeated(i));
      } else if (source.slot().isPresent()) {
        read(i, pointers.get(i) + "[" + offset(source) + "]");
      } else {
        read(i, "(i64)" + text.number(source.offset()) + " + (" + offset(source) + ")");
      }
    }
    compute();
    for (int i = 0; i < targets.size(); i++) {
      text.line(
          "%s[%s] = %s;"
              .formatted(
                  results.get(i),
                  offset(targets.get(i)),
                  Expressions.name(body.targets().get(i).value())));
    }
  }

  private String offset(Place place) {
    return nest.isDense(place) ? "i" : Expressions.offset(text, nest, place, "x");
  }

  private void read(int source, String expression) {
    text.line(
        "const %s %s = %s;"
            .formatted(sources.get(source).dtype(), Expressions.name(source), expression));
  }

  private void compute() {
    for (LoopBody.Value value : body.values()) {
      if (!(value.origin() instanceof LoopBody.Read)) {
        text.line(
            "const %s %s = %s;"
                .formatted(
                    value.dtype(), Expressions.name(value.number()), Expressions.computed(value)));
      }
    }
  }
}
