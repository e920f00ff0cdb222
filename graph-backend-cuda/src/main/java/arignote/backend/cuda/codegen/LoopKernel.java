package arignote.backend.cuda.codegen;

import arignote.backend.cuda.kernel.Argument;
import arignote.backend.cuda.kernel.Launch;
import arignote.backend.cuda.kernel.Loop;
import arignote.backend.cuda.kernel.Nest;
import arignote.backend.cuda.kernel.Place;
import arignote.backend.cuda.loop.Arrangement;
import arignote.backend.cuda.loop.Sharing;
import arignote.backend.cuda.loop.Stage;
import arignote.backend.cuda.loop.Stepping;
import arignote.backend.cuda.loop.Task;
import arignote.plan.Layout;
import arignote.plan.View;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Kernels that do all steps of a loop over time: each block reads its columns of all weights once,
/// to shared memory, then does its part of each stage of each step.
///
/// ```
/// DYNAMIC_SHARED(chip);
/// const columns<index> c0(...);
/// load_columns((f32 *)(chip + ...), ...);
/// __syncthreads();
/// for (i64 step = 0; step < ...; step++) {
///   const i64 position = step;
///   char *const s0 = ...;
///   if (step > 0) wait_for_all(arrived, expected);
///   multiply<4>(...);
///   __syncthreads();
///   for (index i = threadIdx.x; i < ... * c0.width; i += blockDim.x) {
///     ...
///   }
/// }
/// ```
public final class LoopKernel {
  private final Arrangement arrangement;
  private final List<Stepping> steppings;
  private final long steps;
  private final boolean reverse;
  private final Argument counter;
  private final KernelText text = new KernelText();

  /// The names of what blocks share, by length.
  private final Map<Long, String> columns = new LinkedHashMap<>();

  private LoopKernel(
      Arrangement arrangement,
      List<Stepping> steppings,
      long steps,
      boolean reverse,
      Argument counter) {
    this.arrangement = arrangement;
    this.steppings = steppings;
    this.steps = steps;
    this.reverse = reverse;
    this.counter = counter;
  }

  /// The kernel of a loop.
  ///
  /// @param steppings those that follow others behind them
  /// @param counter the address of 0 in 64 bits when the kernel starts, which it changes
  public static Launch of(
      Arrangement arrangement,
      List<Stepping> steppings,
      long steps,
      boolean reverse,
      Argument counter) {
    return new LoopKernel(arrangement, steppings, steps, reverse, counter).write();
  }

  private Launch write() {
    text.line("DYNAMIC_SHARED(chip);");
    for (Task task : arrangement.division().tasks()) {
      if (task.sharing() instanceof Sharing.Columns(long count) && !columns.containsKey(count)) {
        String name = "c" + columns.size();
        columns.put(count, name);
        text.line("const columns<index> %s(%s);".formatted(name, text.index(count)));
      }
    }
    arrangement
        .repeated()
        .forEach((slot, at) -> text.name(slot, "(chip + %s)".formatted(text.number(at))));
    loadWeights();
    boolean waits = arrangement.division().waitsOfAll() > 0;
    if (waits) {
      text.line("u32 *const arrived = (u32 *)%s;".formatted(text.address(counter)));
      text.line("u32 expected = 0;");
    }
    for (Stepping stepping : steppings) {
      if (stepping instanceof Stepping.Previous(var slot, Argument.Address initial, _)) {
        text.line("char *%s = (char *)%s;".formatted(name(stepping), text.address(initial)));
        text.name(slot, name(stepping));
      }
    }
    text.line("const i64 steps = %s;".formatted(text.number(steps)));
    text.open("for (i64 step = 0; step < steps; step++)");
    step();
    text.close();
    return text.launch(isLarge(), arrangement.blocks(), arrangement.threads());
  }

  private static String name(Stepping stepping) {
    return "s" + stepping.slot().index();
  }

  private String weights(int task) {
    return text.number(arrangement.weights().get(task));
  }

  private void loadWeights() {
    List<Task> tasks = arrangement.division().tasks();
    for (int i = 0; i < tasks.size(); i++) {
      if (tasks.get(i).stage() instanceof Stage.Product product) {
        View from = product.weights();
        DType dtype = from.dtype();
        text.line(
            "load_columns((%s *)(chip + %s), (const %s *)%s, %s, %s, %s, %s, %s);"
                .formatted(
                    dtype,
                    weights(i),
                    dtype,
                    text.address(Argument.Address.of(from)),
                    text.index(from.layout().stride(0)),
                    text.index(from.layout().stride(1)),
                    text.index(product.inner()),
                    text.index(tasks.get(i).parts()),
                    shared(tasks.get(i))));
      }
    }
    text.line("__syncthreads();");
  }

  private String shared(Task task) {
    Sharing.Columns shared = (Sharing.Columns) task.sharing();
    return columns.getOrDefault(shared.count(), "");
  }

  private void step() {
    text.line("const i64 position = %s;".formatted(reverse ? "steps - 1 - step" : "step"));
    for (Stepping stepping : steppings) {
      switch (stepping) {
        case Stepping.Row(var slot, Argument.Address first, long stride) -> {
          text.line(
              "char *const %s = (char *)%s + position * %s;"
                  .formatted(name(stepping), text.address(first), text.number(stride)));
          text.name(slot, name(stepping));
        }
        case Stepping.Turns(var slot, Argument.Address last, Argument.Address other) -> {
          // The last step, whose predecessors alternate, writes to the result.
          text.line(
              "char *const %s = (char *)((steps - step) %% 2 != 0 ? %s : %s);"
                  .formatted(name(stepping), text.address(last), text.address(other)));
          text.name(slot, name(stepping));
        }
        case Stepping.Previous _ -> {}
      }
    }
    List<Task> tasks = arrangement.division().tasks();
    for (int i = 0; i < tasks.size(); i++) {
      switch (arrangement.division().waits().get(i)) {
        case NOBODY -> {}
        case BLOCK -> text.line("__syncthreads();");
        case ALL ->
            text.line(
                "%swait_for_all(arrived, expected);".formatted(i == 0 ? "if (step > 0) " : ""));
      }
      Task task = tasks.get(i);
      switch (task.stage()) {
        case Stage.Elementwise(Loop loop) -> elementwise(task, loop);
        case Stage.Product product -> product(i, task, product);
      }
    }
    for (Stepping stepping : steppings) {
      if (stepping instanceof Stepping.Previous(_, _, var next)) {
        text.line("%s = s%d;".formatted(name(stepping), next.index()));
      }
    }
  }

  private void product(int number, Task task, Stage.Product product) {
    View x = product.x();
    View to = product.to();
    DType dtype = to.dtype();
    text.line(
        "multiply<%d>((const %s *)%s, %s, %s,"
            .formatted(
                arrangement.rowsAtOnce(task, product),
                dtype,
                text.address(Argument.Address.of(x)),
                text.index(x.layout().stride(0)),
                text.index(x.layout().stride(1))));
    text.line(
        "    (const %s *)(chip + %s), (%s *)%s, %s, %s,"
            .formatted(
                dtype,
                weights(number),
                dtype,
                text.address(Argument.Address.of(to)),
                text.index(to.layout().stride(0)),
                text.index(to.layout().stride(1))));
    text.line(
        "    %s, %s, %s, %s, (%s)%s, (%s)%s, %s);"
            .formatted(
                text.index(product.rows()),
                text.index(product.inner()),
                text.index(task.parts()),
                shared(task),
                dtype,
                Expressions.literal(dtype, product.alpha(), 0),
                dtype,
                Expressions.literal(dtype, product.beta(), 0),
                text.index(arrangement.lanes(task, product))));
  }

  private void elementwise(Task task, Loop loop) {
    text.open("");
    List<Place> places = new ArrayList<>(loop.sources());
    places.addAll(loop.targets());
    switch (task.sharing()) {
      case Sharing.Columns _ -> columns(task, loop, places);
      case Sharing.Positions() ->
          positions(
              loop,
              places,
              "(index)blockIdx.x * blockDim.x + threadIdx.x",
              "(index)gridDim.x * blockDim.x");
      case Sharing.Everything() -> positions(loop, places, "threadIdx.x", "blockDim.x");
    }
    text.close();
  }

  private void positions(Loop loop, List<Place> places, String first, String distance) {
    Nest nest = Nest.of(loop.shape(), places);
    Elements elements = elements(loop, nest);
    elements.declare();
    text.open(
        "for (index i = %s; i < %s; i += %s)".formatted(first, text.index(nest.size()), distance));
    Expressions.positions(text, nest, "i", "x");
    elements.write(place -> Expressions.offset(text, nest, place, "x"));
    text.close();
  }

  /// The last axis stays apart from the others, of which there may be fewer in the loop's nest.
  private void columns(Task task, Loop loop, List<Place> places) {
    int last = loop.shape().length - 1;
    List<Integer> outer = IntStream.range(0, last).boxed().toList();
    Nest rows =
        Nest.of(
            Arrays.copyOf(loop.shape(), last),
            places.stream().map(place -> place.select(outer)).toList());
    List<Place> all = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      long[] strides = Arrays.copyOf(rows.places().get(i).strides(), rows.rank() + 1);
      strides[rows.rank()] = places.get(i).strides()[last];
      all.add(places.get(i).withStrides(strides));
    }
    long[] shape = Arrays.copyOf(rows.shape(), rows.rank() + 1);
    shape[rows.rank()] = loop.shape()[last];
    Nest nest = new Nest(shape, all);
    String own = shared(task);
    Elements elements = elements(loop, nest);
    elements.declare();
    text.open(
        "for (index i = threadIdx.x; i < %s * %s.width; i += blockDim.x)"
            .formatted(text.index(rows.size()), own));
    text.line("const index x%d = %s.first + i %% %s.width;".formatted(rows.rank(), own, own));
    text.line("const index row = i / %s.width;".formatted(own));
    Expressions.positions(text, rows, "row", "x");
    elements.write(place -> Expressions.offset(text, nest, place, "x"));
    text.close();
  }

  private Elements elements(Loop loop, Nest nest) {
    int sources = loop.sources().size();
    return new Elements(
        text,
        loop.body(),
        nest.places().subList(0, sources),
        nest.places().subList(sources, nest.places().size()));
  }

  private boolean isLarge() {
    return arrangement.division().tasks().stream()
        .anyMatch(task ->
            switch (task.stage()) {
              case Stage.Elementwise(Loop loop) ->
                  isLarge(Layout.dense(loop.shape()))
                      || loop.sources().stream().anyMatch(place -> isLarge(loop, place))
                      || loop.targets().stream().anyMatch(place -> isLarge(loop, place));
              case Stage.Product product ->
                  isLarge(product.x().layout())
                      || isLarge(product.weights().layout())
                      || isLarge(product.to().layout());
            });
  }

  private static boolean isLarge(Loop loop, Place place) {
    return isLarge(Layout.of(0, loop.shape(), place.strides()))
        || (place.slot().isEmpty() && Math.abs(place.offset()) > Integer.MAX_VALUE / 2);
  }

  private static boolean isLarge(Layout layout) {
    return layout.size() > Integer.MAX_VALUE / 2
        || layout.last() - layout.first() > Integer.MAX_VALUE / 2;
  }
}
