package arignote.tests.bench.contest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// The predictions of the tutorial's model for a test set of 500 reviews, sorted by length, in
/// batches of 64: forward only. Lengths are drawn with the median and the spread of those of IMDB's
/// test set.
///
/// @param units size of an embedded word and of the hidden state
public record Evaluation(int units) implements Case {
  private static final int REVIEWS = 500;
  private static final int ROWS = 64;
  private static final long SEED = 2000;

  private static final double MEDIAN = 175;
  private static final double LOG_DEVIATION = 0.65;
  private static final int SHORTEST = 10;
  private static final int LONGEST = 1500;

  @Override
  public String name() {
    return "evaluation";
  }

  @Override
  public double flops() {
    double flops = 0;
    int[] lengths = lengths();
    for (int from = 0; from < REVIEWS; from += ROWS) {
      int to = Math.min(from + ROWS, REVIEWS);
      flops += lengths[to - 1] * Cell.LSTM.flops(to - from, units);
    }
    return flops;
  }

  public List<Minibatch> batches() {
    List<Minibatch> batches = new ArrayList<>();
    int[] lengths = lengths();
    for (int from = 0; from < REVIEWS; from += ROWS) {
      int to = Math.min(from + ROWS, REVIEWS);
      batches.add(Minibatch.of(SEED + 1 + from, Arrays.copyOfRange(lengths, from, to)));
    }
    return batches;
  }

  public Parameters parameters() {
    return Parameters.of(Cell.LSTM, units);
  }

  private static int[] lengths() {
    Random random = new Random(SEED);
    int[] lengths = new int[REVIEWS];
    for (int i = 0; i < REVIEWS; i++) {
      double length = MEDIAN * Math.exp(LOG_DEVIATION * random.nextGaussian());
      lengths[i] = (int) Math.clamp(length, SHORTEST, LONGEST);
    }
    Arrays.sort(lengths);
    return lengths;
  }
}
