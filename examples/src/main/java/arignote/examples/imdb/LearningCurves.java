package arignote.examples.imdb;

import arignote.examples.chart.Chart;
import arignote.examples.chart.Curve;
import arignote.examples.chart.Picture;
import arignote.examples.imdb.LearningHistory.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// The history of a training as a picture: above the cost, below the three errors.
final class LearningCurves {
  /// More points than this do not show in the width of a picture, and single costs jump.
  private static final int MOST_POINTS = 200;

  private LearningCurves() {}

  static Picture of(LearningHistory history) {
    return new Picture(
        List.of(
            new Chart(
                "Cost of a minibatch, mean of " + window(history) + " updates",
                "updates",
                "cost",
                false,
                List.of(costs(history))),
            new Chart(
                "Part of reviews that come out wrong",
                "updates",
                "error",
                false,
                List.of(
                    errors(history, "train", Errors::train),
                    errors(history, "valid", Errors::valid),
                    errors(history, "test", Errors::test)))));
  }

  private static int window(LearningHistory history) {
    return Math.max(1, Math.ceilDiv(history.updates(), MOST_POINTS));
  }

  /// The first cost, then the mean of each window that is full, at its last update.
  private static Curve costs(LearningHistory history) {
    int window = window(history);
    List<Integer> updates = new ArrayList<>();
    List<Double> means = new ArrayList<>();
    if (window > 1) {
      updates.add(1);
      means.add(history.cost(0));
    }
    for (int end = window; end <= history.updates(); end += window) {
      double sum = 0;
      for (int update = end - window; update < end; update++) {
        sum += history.cost(update);
      }
      updates.add(end);
      means.add(sum / window);
    }
    return new Curve(
        "train",
        updates.stream().mapToDouble(Integer::doubleValue).toArray(),
        means.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static Curve errors(
      LearningHistory history, String name, ToDoubleFunction<Errors> error) {
    List<Validation> validations = history.validations();
    return new Curve(
        name,
        validations.stream().mapToDouble(Validation::update).toArray(),
        validations.stream().map(Validation::errors).mapToDouble(error).toArray());
  }
}
