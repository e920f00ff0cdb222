package arignote.tests.bench;

import arignote.runtime.Function;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// From the start of a JVM to the end of the tutorial's first training step, in JVMs of its own,
/// with and without an AOT cache such as `examples/launch` makes.
final class FirstStep {
  private static final int RUNS = 7;

  private FirstStep() {}

  /// What is timed: prints the milliseconds.
  public static void main(String[] arguments) {
    Function train = Tutorial.train(Tutorial.STANDARD.params());
    train.call(Tutorial.STANDARD.minibatch(1));
    long end = System.currentTimeMillis();
    System.out.println(end - ManagementFactory.getRuntimeMXBean().getStartTime());
  }

  /// Prints both figures, the runs of one kind between those of the other.
  static void report() {
    try {
      Path folder = Files.createTempDirectory("arignote-first-step");
      Path cache = folder.resolve("first-step.aot");
      try {
        run("-XX:AOTCacheOutput=" + cache);
        double[] without = new double[RUNS];
        double[] with = new double[RUNS];
        for (int i = 0; i < RUNS; i++) {
          without[i] = run("-XX:AOTMode=off");
          // Without a cache that fits, it fails.
          with[i] = run("-XX:AOTMode=on", "-XX:AOTCache=" + cache);
        }
        print("without", without);
        print("with", with);
      } finally {
        Files.deleteIfExists(cache);
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void print(String which, double[] times) {
    Arrays.sort(times);
    Timing.print(
        "from the start of the JVM to the end of the first step, %s AOT cache: %.0f ms (of %d runs, fastest %.0f, slowest %.0f)"
            .formatted(which, times[RUNS / 2], RUNS, times[0], times[RUNS - 1]));
  }

  /// The figure of a JVM with the options of this one and some more.
  private static double run(String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of(options));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), FirstStep.class.getName()));
    Process process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
    try (var out = process.inputReader(StandardCharsets.UTF_8)) {
      List<String> lines = out.readAllLines();
      if (process.waitFor() != 0) {
        throw new IllegalStateException(
            String.join(" ", command) + " failed: " + String.join("\n", lines));
      }
      return Double.parseDouble(lines.getFirst());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
