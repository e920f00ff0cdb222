package arignote.backend.cuda.codegen;

import arignote.backend.cuda.kernel.Launch;
import arignote.backend.cuda.kernel.Loop;
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
    return new ElementwiseKernel(body, shape, sources, targets)
        .write(processors)
        .of(new Loop(body, shape, sources, targets));
  }

  private Launch write(int processors) {
    int width = width();
    long size = nest.size();
    boolean large = isLarge();
    String end = text.index(size / width);
    elements().declare();
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
        once.put(i, elements().repeated(i));
      } else {
        text.line("typedef pack<%s, %d> P%d;".formatted(source.dtype(), width, i));
        text.line(
            "const P%d w%d = *(const P%d *)(%s + i * %d);"
                .formatted(i, i, i, Elements.source(i), width));
      }
    }
    for (int i = 0; i < targets.size(); i++) {
      text.line("pack<%s, %d> r%d;".formatted(targets.get(i).dtype(), width, i));
    }
    text.line("#pragma unroll");
    text.open("for (int k = 0; k < %d; k++)".formatted(width));
    for (int i = 0; i < sources.size(); i++) {
      elements().read(i, once.getOrDefault(i, "w" + i + ".v[k]"));
    }
    elements().compute();
    for (int i = 0; i < targets.size(); i++) {
      text.line("r%d.v[k] = %s;".formatted(i, Expressions.name(body.targets().get(i).value())));
    }
    text.close();
    for (int i = 0; i < targets.size(); i++) {
      text.line(
          "*(pack<%s, %d> *)(%s + i * %d) = r%d;"
              .formatted(targets.get(i).dtype(), width, Elements.target(i), width, i));
    }
  }

  private Elements elements() {
    return new Elements(text, body, sources, targets);
  }

  private void single() {
    boolean isStrided =
        nest.places().stream().anyMatch(place -> !place.isRepeated() && !nest.isDense(place));
    if (isStrided) {
      Expressions.positions(text, nest, "i", "x");
    }
    elements().write(this::offset);
  }

  private String offset(Place place) {
    return nest.isDense(place) ? "i" : Expressions.offset(text, nest, place, "x");
  }
}
