package arignote.tests.bench.contest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The tutorial's model at some sizes: an embedding of 10,000 words, a recurrent layer over the
/// words of each review, the mean over time of its hidden states, a softmax over two labels and the
/// cross-entropy. No review is padded, but the mask is computed with.
///
/// @param steps words of a review
/// @param batch reviews of a minibatch
/// @param units size of an embedded word and of the hidden state
public record Recurrent(Cell cell, int steps, int batch, int units, Part part) implements Case {
  public static final int WORDS = 10_000;

  /// Minibatches before the parameters, in the numbering of seeds.
  private static final long MINIBATCH = 1;

  private static final Pattern NAME =
      Pattern.compile("(lstm)-T(\\d+)-B(\\d+)-D(\\d+)-(gradients|returned|rmsprop|adadelta)");

  /// The recurrent layer, with the names of its gates in the order in which they are drawn.
  public enum Cell {
    LSTM("input", "forget", "output", "cell");

    private final List<String> gates;

    Cell(String... gates) {
      this.gates = List.of(gates);
    }

    public List<String> gates() {
      return gates;
    }
  }

  /// How much of a training step a call is.
  public enum Part {
    /// Forward and backward, the gradients left where the library keeps them.
    GRADIENTS,
    /// Forward and backward, the gradients handed to the caller as new tensors.
    RETURNED,
    /// The whole step with RMSprop.
    RMSPROP,
    /// The whole step with Adadelta.
    ADADELTA
  }

  /// One gate of the layer: `x W + h U + b`, matrices `[D,D]` row by row.
  public record Gate(float[] w, float[] u, float[] b) {}

  /// The values that training starts with.
  ///
  /// @param embedding `[10000,D]`
  /// @param gates in the order of [Cell#gates]
  /// @param headW `[D,2]`
  /// @param headB `[2]`
  public record Parameters(float[] embedding, List<Gate> gates, float[] headW, float[] headB) {}

  static Optional<Recurrent> named(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new Recurrent(
            Cell.valueOf(matcher.group(1).toUpperCase(Locale.ROOT)),
            Integer.parseInt(matcher.group(2)),
            Integer.parseInt(matcher.group(3)),
            Integer.parseInt(matcher.group(4)),
            Part.valueOf(matcher.group(5).toUpperCase(Locale.ROOT))));
  }

  static List<Recurrent> standard() {
    List<Recurrent> cases = new ArrayList<>();
    for (int units : new int[] {128, 512}) {
      for (int batch : new int[] {16, 64}) {
        for (int steps : new int[] {50, 100, 200}) {
          for (Part part : Part.values()) {
            cases.add(new Recurrent(Cell.LSTM, steps, batch, units, part));
          }
        }
      }
    }
    return cases;
  }

  @Override
  public String name() {
    return "%s-T%d-B%d-D%d-%s"
        .formatted(cell.name(), steps, batch, units, part.name())
        .toLowerCase(Locale.ROOT)
        .replace("-t", "-T")
        .replace("-b", "-B")
        .replace("-d", "-D");
  }

  @Override
  public double flops() {
    double forward = 2.0 * steps * batch * units * units * 2 * cell.gates().size();
    return 3 * forward;
  }

  /// Word ids `[T,B]`, row by row.
  public long[] tokens() {
    return Numbers.whole(MINIBATCH, 2, WORDS, steps * batch);
  }

  /// `[T,B]`, 1 for every word.
  public float[] mask() {
    return Numbers.constant(1, steps * batch);
  }

  /// `[B]`, 0 or 1.
  public long[] labels() {
    return Numbers.whole(MINIBATCH + 1, 0, 2, batch);
  }

  /// The parameters, so large that gradients are of usual sizes.
  public Parameters parameters() {
    double bound = 1 / Math.sqrt(units);
    long seed = MINIBATCH + 2;
    float[] embedding = Numbers.uniform(seed++, -0.5, 0.5, WORDS * units);
    List<Gate> gates = new ArrayList<>();
    for (int i = 0; i < cell.gates().size(); i++) {
      gates.add(
          new Gate(
              Numbers.uniform(seed++, -bound, bound, units * units),
              Numbers.uniform(seed++, -bound, bound, units * units),
              Numbers.uniform(seed++, -bound, bound, units)));
    }
    float[] headW = Numbers.uniform(seed++, -bound, bound, units * 2);
    float[] headB = Numbers.uniform(seed, -bound, bound, 2);
    return new Parameters(embedding, gates, headW, headB);
  }
}
