package arignote.tests.bench.contest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// A training step of the tutorial's model: an embedding of 10,000 words, a recurrent layer over
/// the words of each review, the mean over time of its hidden states under a mask, a softmax over
/// two labels and the cross-entropy. No review is padded, but the mask is computed with.
///
/// @param steps words of a review
/// @param rows reviews of a minibatch
/// @param units size of an embedded word and of the hidden state
public record Recurrent(Cell cell, int steps, int rows, int units, Part part) implements Case {
  private static final Pattern NAME =
      Pattern.compile("(lstm|gru)-T(\\d+)-B(\\d+)-D(\\d+)-(gradients|returned|rmsprop|adadelta)");

  /// Calls go through so many minibatches in turn.
  private static final int MINIBATCHES = 8;

  /// How much of a training step a call is.
  public enum Part {
    /// Forward and backward, the gradients left where the library keeps them.
    GRADIENTS,
    /// Forward and backward, the gradients handed over as new tensors.
    RETURNED,
    /// The whole step with centred RMSprop with momentum.
    RMSPROP,
    /// The whole step with Adadelta.
    ADADELTA
  }

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
      for (int rows : new int[] {16, 64}) {
        for (int steps : new int[] {50, 100, 200}) {
          for (Part part : Part.values()) {
            if (part != Part.RETURNED || steps == 100) {
              cases.add(new Recurrent(Cell.LSTM, steps, rows, units, part));
            }
          }
        }
        cases.add(new Recurrent(Cell.GRU, 100, rows, units, Part.GRADIENTS));
      }
    }
    return cases;
  }

  @Override
  public String name() {
    return "%s-T%d-B%d-D%d-%s"
        .formatted(
            cell.name().toLowerCase(Locale.ROOT),
            steps,
            rows,
            units,
            part.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public double flops() {
    // Backward each product has two, one for either factor.
    return 3 * steps * cell.flops(rows, units);
  }

  public List<Minibatch> minibatches() {
    int[] lengths = new int[rows];
    Arrays.fill(lengths, steps);
    return IntStream.range(0, MINIBATCHES).mapToObj(i -> Minibatch.of(i, lengths)).toList();
  }

  public Parameters parameters() {
    return Parameters.of(cell, units);
  }
}
