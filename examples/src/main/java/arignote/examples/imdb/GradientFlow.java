package arignote.examples.imdb;

import static arignote.autodiff.Gradients.grad;
import static arignote.dsl.Loop.scan;
import static arignote.dsl.Maths.sqrt;
import static arignote.dsl.Maths.sum;
import static arignote.dsl.Nn.crossEntropyOfLogits;
import static arignote.dsl.Shapes.take;
import static arignote.dsl.Values.input;
import static arignote.dsl.Values.zeros;

import arignote.dsl.Trees;
import arignote.examples.chart.Chart;
import arignote.examples.chart.Curve;
import arignote.examples.chart.Picture;
import arignote.examples.imdb.LstmModel.Params;
import arignote.examples.terminal.Screen;
import arignote.ir.Dim;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.runtime.Function;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the tutorial opens with, measured: how much of a gradient is left at the steps before the
/// one where it arises. A cost is put on the last hidden state alone; drawn is the norm of its
/// gradient with respect to the state after each earlier step, all that the layer carries, divided
/// by the norm at the last step.
public final class GradientFlow {
  private static final int REVIEWS = 16;
  private static final int STEPS = 100;

  /// Less than this is not drawn.
  private static final double SMALLEST = 1e-12;

  /// What opens a gate to 99.3 %.
  private static final double OPEN = 5;

  private GradientFlow() {}

  /// Draws simple networks whose recurrent matrix has eigenvalues around 1, LSTMs as they are
  /// initialised and with gates that keep the cells, and the saved model, if there is one.
  ///
  /// @param saved parameters of a trained model
  /// @throws DataException if the picture cannot be written
  public static void draw(
      Path file,
      List<Review> reviews,
      Options options,
      DType dtype,
      Optional<Map<String, HostTensor>> saved,
      Screen screen) {
    Map<String, Map<String, HostTensor>> models = new LinkedHashMap<>();
    Map<String, HostTensor> rnn = PackedParams.initial(options.with("encoder", "rnn"), dtype);
    Map<String, HostTensor> lstm = PackedParams.initial(options.with("encoder", "lstm"), dtype);
    for (double factor : new double[] {0.9, 1, 1.1}) {
      models.put("rnn, eigenvalues " + factor, scaled(rnn, "rnn_U", factor));
    }
    models.put("lstm as initialised", lstm);
    models.put("lstm that remembers", remembering(lstm));
    saved.ifPresent(packed -> models.put("the saved " + options.encoder().prefix(), packed));

    Batch batch = longest(reviews, dtype);
    List<Curve> curves = new ArrayList<>();
    models.forEach((name, packed) -> {
      double[] norms = norms(PackedParams.share(packed), batch).toDoubleArray();
      curves.add(curve(name, norms));
      screen.println("%s: %s".formatted(name, summary(norms)));
    });
    Picture picture =
        new Picture(
            List.of(
                new Chart(
                    "Gradient of a cost on the last state", "steps back", "norm", true, curves)));
    try {
      picture.write(file);
    } catch (IOException e) {
      throw new DataException("cannot draw %s: %s".formatted(file, DataException.reason(e)), e);
    }
    screen.println("Wrote " + file);
  }

  private static Map<String, HostTensor> scaled(
      Map<String, HostTensor> packed, String name, double factor) {
    HostTensor matrix = leaf(packed, name).copy();
    for (long i = 0; i < matrix.size(); i++) {
      matrix.setDouble(i, factor * matrix.getDouble(i));
    }
    Map<String, HostTensor> changed = new LinkedHashMap<>(packed);
    changed.put(name, matrix);
    return changed;
  }

  /// Input gates nearly closed, forget gates nearly open: cells that keep what they have.
  private static Map<String, HostTensor> remembering(Map<String, HostTensor> packed) {
    HostTensor biases = leaf(packed, "lstm_b").copy();
    long units = biases.size() / 4;
    for (long i = 0; i < units; i++) {
      biases.setDouble(i, -OPEN);
      biases.setDouble(units + i, OPEN);
    }
    Map<String, HostTensor> changed = new LinkedHashMap<>(packed);
    changed.put("lstm_b", biases);
    return changed;
  }

  private static <T> T leaf(Map<String, T> leaves, String name) {
    T leaf = leaves.get(name);
    if (leaf == null) {
      throw new IllegalArgumentException("no " + name + " among " + leaves.keySet());
    }
    return leaf;
  }

  /// The longest reviews, all cut to one length, so that each has a last step.
  private static Batch longest(List<Review> reviews, DType dtype) {
    List<Review> some =
        reviews.stream()
            .sorted(Comparator.comparingInt(Review::length).reversed())
            .limit(REVIEWS)
            .toList();
    int steps = Math.min(STEPS, some.stream().mapToInt(Review::length).min().orElseThrow());
    return Batch.of(
        some.stream()
            .map(review -> new Review(Arrays.copyOf(review.words(), steps), review.label()))
            .toList(),
        dtype);
  }

  /// The norms of the gradients after each step, `[T]`, the first step first.
  static HostTensor norms(Params p, Batch batch) {
    Input tokens = input("tokens", DType.I64, "T", "B");
    Input labels = input("labels", DType.I64, "B");
    Variable x = take(p.embedding(), tokens, 0);
    Variable norms = norms(p.encoder(), p, x, labels);
    return Function.compile()
        .inputs(tokens, labels)
        .outputs(norms)
        .build("gradient_flow")
        .call(batch.tokens(), batch.labels())
        .get(0);
  }

  /// A word, and what is added to the state after it: zeros, for the sake of their gradients.
  private record Nudged<S>(Variable x, S nudge) {}

  private static <S> Variable norms(Layer<S> layer, Params p, Variable x, Variable labels) {
    Dim steps = x.type().dim(0);
    Dim batch = x.type().dim(1);
    Dim units = x.type().dim(2);
    DType dtype = x.type().dtype();
    S start = layer.start(zeros(dtype, batch, units));
    S nudges = Trees.map(start, (_, _) -> zeros(dtype, steps, batch, units));
    S last =
        scan(
                new Nudged<>(x, nudges),
                start,
                (in, state) -> nudged(layer.step(in.x(), state), in.nudge()))
            .last();
    Variable cost = crossEntropyOfLogits(p.head().apply(layer.hidden(last)), labels);
    List<Variable> squares =
        Trees.variables(grad(cost, nudges)).stream()
            .map(gradient -> sum(gradient.square(), 1, 2))
            .toList();
    return sqrt(squares.stream().reduce(Variable::add).orElseThrow());
  }

  private static <S> S nudged(S state, S nudge) {
    Map<String, Variable> nudges = Trees.leaves(nudge);
    return Trees.map(state, (path, variable) -> variable.add(leaf(nudges, path)));
  }

  private static Curve curve(String name, double[] norms) {
    int last = norms.length - 1;
    int points = 0;
    while (points <= last && norms[last - points] >= SMALLEST * norms[last]) {
      points++;
    }
    double[] x = new double[points];
    double[] y = new double[points];
    for (int back = 0; back < points; back++) {
      x[back] = back;
      y[back] = norms[last - back] / norms[last];
    }
    return new Curve(name, x, y);
  }

  private static String summary(double[] norms) {
    int last = norms.length - 1;
    StringBuilder summary = new StringBuilder();
    for (int back : new int[] {10, 50, last}) {
      if (back <= last) {
        summary.append(
            "%s%.2g after %d steps"
                .formatted(summary.isEmpty() ? "" : ", ", norms[last - back] / norms[last], back));
      }
    }
    return summary.toString();
  }
}
