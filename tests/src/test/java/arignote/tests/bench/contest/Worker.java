package arignote.tests.bench.contest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.StringJoiner;

/// The process of a contender: obeys the commands that come line by line on its standard input, and
/// answers each with one line. It never runs anything unasked, so that processes can take turns.
///
///     describe            name, version, threads
///     prepare CASE        the figures of the case; nothing: it has no such thing
///     warm CALLS SECONDS  runs the case so often and for a second, or so long
///     sample N SECONDS    milliseconds of up to N samples
///     close               gives the case back
public final class Worker {
  /// What answers begin with; other lines are what native code has printed.
  public static final String ANSWER = "answer ";

  /// Short calls are timed several at a time.
  private static final double SAMPLE_MILLIS = 0.5;

  private static final double SHORTEST_WARM_UP_MILLIS = 1000;

  private static final int FEWEST_SAMPLES = 3;

  private final Contender contender;
  private Optional<Work> work = Optional.empty();
  private int callsPerSample = 1;

  private Worker(Contender contender) {
    this.contender = contender;
  }

  /// Serves until the standard input ends.
  public static void serve(Contender contender) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err);
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Worker worker = new Worker(contender);
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      answers.println(ANSWER + worker.answer(line.split(" ")));
      answers.flush();
    }
  }

  private String answer(String[] words) {
    return switch (words[0]) {
      case "describe" -> contender.description();
      case "prepare" -> prepare(words[1]);
      case "warm" -> warm(Integer.parseInt(words[1]), Double.parseDouble(words[2]));
      case "sample" -> sample(Integer.parseInt(words[1]), Double.parseDouble(words[2]));
      case "close" -> close();
      default -> throw new IllegalArgumentException(String.join(" ", words));
    };
  }

  private String prepare(String name) {
    work = contender.prepare(Case.named(name).orElseThrow());
    return work.map(w -> join(w.figures())).orElse("");
  }

  private String warm(int calls, double seconds) {
    long start = System.nanoTime();
    int done = 0;
    double millis = 0;
    while ((done < calls || millis < SHORTEST_WARM_UP_MILLIS) && millis < seconds * 1e3) {
      long before = System.nanoTime();
      work.orElseThrow().run();
      done++;
      long now = System.nanoTime();
      millis = (now - start) / 1e6;
      double call = Math.max((now - before) / 1e6, 1e-5);
      callsPerSample = (int) Math.max(1, Math.ceil(SAMPLE_MILLIS / call));
    }
    return Integer.toString(done);
  }

  private String sample(int count, double seconds) {
    Work timed = work.orElseThrow();
    double[] samples = new double[count];
    double total = 0;
    int taken = 0;
    // The first sample finds caches and clocks as the other process left them.
    for (int i = -1; i < count && (i < FEWEST_SAMPLES || total < seconds * 1e3); i++) {
      long start = System.nanoTime();
      for (int k = 0; k < callsPerSample; k++) {
        timed.run();
      }
      double millis = (System.nanoTime() - start) / 1e6;
      total += millis;
      if (i >= 0) {
        samples[taken++] = millis / callsPerSample;
      }
    }
    return join(Arrays.copyOf(samples, taken));
  }

  private String close() {
    work.ifPresent(Work::close);
    work = Optional.empty();
    return "";
  }

  private static String join(double[] numbers) {
    StringJoiner joined = new StringJoiner(" ");
    for (double number : numbers) {
      joined.add(Double.toString(number));
    }
    return joined.toString();
  }
}
