package arignote.tests.bench;

import arignote.tests.bench.contest.Case;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/// What one case gave, contender by contender; the first is Arignote.
final class Score {
  /// What figures of contenders may differ by, relative to themselves.
  private static final double TOLERANCE = 1e-4;

  private record Result(double[] figures, double[] sortedMillis) {
    double median() {
      return sortedMillis[sortedMillis.length / 2];
    }
  }

  private final Case subject;
  private final Map<String, Result> results = new LinkedHashMap<>();
  private double copyMedian = Double.POSITIVE_INFINITY;

  Score(Case subject) {
    this.subject = subject;
  }

  void add(String contender, double[] figures, double[] millis) {
    results.put(contender, new Result(figures, sorted(millis)));
  }

  /// Adds what a copy of as many bytes as the case moves took; of several ways the one with the
  /// fastest median counts.
  void addCopy(double[] millis) {
    double[] sorted = sorted(millis);
    copyMedian = Math.min(copyMedian, sorted[sorted.length / 2]);
  }

  private static double[] sorted(double[] millis) {
    double[] sorted = millis.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  /// A contender's speed as a part of the copy's, or nothing if there was no copy.
  OptionalDouble shareOfCopy(String contender) {
    return Double.isFinite(copyMedian)
        ? OptionalDouble.of(copyMedian / median(contender))
        : OptionalDouble.empty();
  }

  Case subject() {
    return subject;
  }

  boolean has(String contender) {
    return results.containsKey(contender);
  }

  double median(String contender) {
    return result(contender).median();
  }

  double fastest(String contender) {
    return result(contender).sortedMillis[0];
  }

  private Result result(String contender) {
    Result result = results.get(contender);
    if (result == null) {
      throw new IllegalArgumentException(contender + " did not play " + subject.name());
    }
    return result;
  }

  /// A line for each peer, or one of Arignote alone; a warning where a peer computes something
  /// else.
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    List<String> names = List.copyOf(results.keySet());
    String own = names.getFirst();
    String start =
        String.format(Locale.ROOT, "%s: %s %.4g ms", subject.name(), own, median(own))
            + shareOfCopy(own).stream()
                .mapToObj(share -> String.format(Locale.ROOT, " (%.0f%% of copy)", 100 * share))
                .collect(Collectors.joining());
    if (names.size() == 1) {
      lines.add(start);
    }
    for (String peer : names.subList(1, names.size())) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%s, %s %.4g ms, ratio %.2f",
              start,
              peer,
              median(peer),
              median(own) / median(peer)));
      if (!agree(result(own).figures, result(peer).figures)) {
        lines.add(
            String.format(
                Locale.ROOT,
                "WARNING: %s: %s computed %s, %s %s",
                subject.name(),
                own,
                Arrays.toString(result(own).figures),
                peer,
                Arrays.toString(result(peer).figures)));
      }
    }
    return lines;
  }

  private static boolean agree(double[] ours, double[] theirs) {
    if (ours.length != theirs.length) {
      return false;
    }
    for (int i = 0; i < ours.length; i++) {
      // Not a comparison that NaN would pass.
      if (!(Math.abs(ours[i] - theirs[i]) <= TOLERANCE * Math.abs(theirs[i]))) {
        return false;
      }
    }
    return true;
  }
}
