package arignote.tests.bench;

import java.util.Arrays;
import java.util.Locale;

/// How figures are taken and printed.
final class Timing {
  private Timing() {}

  /// Runs `work` so often to warm up, then so often again, and prints median, fastest and slowest
  /// of the latter.
  ///
  /// @return the median in milliseconds
  static double report(String name, int warmUp, int runs, Runnable work) {
    double[] times = sorted(warmUp, runs, work);
    double median = times[runs / 2];
    print(
        "%s: %.2f ms (of %d runs, fastest %.2f, slowest %.2f)"
            .formatted(name, median, runs, times[0], times[runs - 1]));
    return median;
  }

  /// The median in milliseconds, without printing it.
  static double median(int warmUp, int runs, Runnable work) {
    return sorted(warmUp, runs, work)[runs / 2];
  }

  private static double[] sorted(int warmUp, int runs, Runnable work) {
    for (int i = 0; i < warmUp; i++) {
      work.run();
    }
    double[] times = new double[runs];
    for (int i = 0; i < runs; i++) {
      long start = System.nanoTime();
      work.run();
      times[i] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(times);
    return times;
  }

  static void print(String line) {
    System.out.println(line);
  }

  /// What the figures were taken on.
  static void printMachine() {
    Runtime runtime = Runtime.getRuntime();
    print(
        String.format(
            Locale.ROOT,
            "Java %s, %d processors, %s %s",
            Runtime.version(),
            runtime.availableProcessors(),
            System.getProperty("os.name"),
            System.getProperty("os.arch")));
  }
}
