package arignote.inspect;

import arignote.tensor.HostTensor;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the elements of some tensors are like, all of them taken together: those of a node in a
/// loop are the elements of all its steps. Elements that are not finite are counted apart.
final class Statistics {
  private long elements;
  private long nans;
  private long infinities;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private double mean;

  /// The sum of squared distances from the mean, kept up by Welford's formula: no cancellation.
  private double squares;

  void add(HostTensor tensor) {
    for (long i = 0; i < tensor.size(); i++) {
      double element = tensor.getDouble(i);
      elements++;
      if (Double.isNaN(element)) {
        nans++;
      } else if (Double.isInfinite(element)) {
        infinities++;
      } else {
        min = Math.min(min, element);
        max = Math.max(max, element);
        double before = element - mean;
        mean += before / finite();
        squares += before * (element - mean);
      }
    }
  }

  private long finite() {
    return elements - nans - infinities;
  }

  /// The numbers by name; those of the finite elements only if there are any.
  Map<String, Object> numbers() {
    Map<String, Object> numbers = new LinkedHashMap<>();
    numbers.put("elements", elements);
    numbers.put("nans", nans);
    numbers.put("infinities", infinities);
    if (finite() > 0) {
      numbers.put("min", min);
      numbers.put("max", max);
      numbers.put("mean", mean);
      numbers.put("deviation", Math.sqrt(squares / finite()));
    }
    return numbers;
  }
}
