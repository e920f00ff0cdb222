package arignote.tests.bench;

import arignote.tests.bench.contest.Case;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;

/// Compares Arignote with its peers: `tests/bench [CASE ...]`. Each is a process of its own; in
/// every round each in turn takes its samples while the others wait; medians are over all rounds.
final class Contest {
  /// Calls before the first sample, for the JVM to compile what runs often.
  private static final int WARM_UP_CALLS = 1000;

  private static final int REST_MILLIS = 50;

  private final int rounds = Integer.getInteger("rounds", 5);
  private final int samples = Integer.getInteger("samples", 20);
  private final double seconds = number("seconds", 1);
  private final double warmUp = number("warmup", 5);
  private final List<Player> copies;
  private final List<Player> players;

  private Contest(List<Player> copies, List<Player> players) {
    this.copies = copies;
    this.players = players;
  }

  public static void main(String[] arguments) throws IOException {
    Set<Case> cases = cases(arguments);
    int threads = Integer.getInteger("threads", 2);
    Timing.printMachine();
    Timing.print(
        "load average %.1f"
            .formatted(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
    Roofline roofline = Roofline.measure(threads);
    Timing.print(
        "sgemm at most: %d threads %.0f GFLOP/s, one %.0f GFLOP/s"
            .formatted(threads, roofline.gemmFlops() / 1e9, Roofline.measure(1).gemmFlops() / 1e9));
    List<Player> copies = new ArrayList<>();
    List<Player> players = new ArrayList<>();
    try {
      Entry.copies(threads).forEach(entry -> copies.add(new Player(entry)));
      Entry.contenders(threads).forEach(entry -> players.add(new Player(entry)));
      for (Player player : players) {
        Timing.print(player.name() + ": " + player.ask("describe"));
      }
      Contest contest = new Contest(copies, players);
      List<Score> scores = new ArrayList<>();
      for (Case subject : cases) {
        Score score = contest.play(subject);
        score.lines().forEach(Timing::print);
        scores.add(score);
      }
      Timing.print("");
      ScoreTable.lines(scores, players.stream().map(Player::name).toList(), roofline)
          .forEach(Timing::print);
    } finally {
      copies.forEach(Player::close);
      players.forEach(Player::close);
    }
  }

  private static double number(String property, double standard) {
    return Double.parseDouble(System.getProperty(property, Double.toString(standard)));
  }

  private static Set<Case> cases(String[] patterns) {
    if (patterns.length == 0) {
      return new LinkedHashSet<>(Case.standard());
    }
    Set<Case> cases = new LinkedHashSet<>();
    for (String pattern : patterns) {
      List<Case> found = Case.named(pattern).map(List::of).orElseGet(() -> matching(pattern));
      if (found.isEmpty()) {
        throw new IllegalArgumentException(
            "no case is named or begins with \"%s\"; there are %s"
                .formatted(pattern, Case.standard().stream().map(Case::name).toList()));
      }
      cases.addAll(found);
    }
    return cases;
  }

  private static List<Case> matching(String pattern) {
    PathMatcher beginning = FileSystems.getDefault().getPathMatcher("glob:" + pattern + "*");
    return Case.standard().stream().filter(c -> beginning.matches(Path.of(c.name()))).toList();
  }

  /// Threads of a process that has had its turn may go on for a while, waiting for more work.
  private static void rest() {
    try {
      Thread.sleep(REST_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A contender at a case.
  private record Turn(Player player, double[] figures, DoubleStream.Builder millis) {}

  private Score play(Case subject) {
    List<Turn> copying = turns(copies, subject);
    List<Turn> playing = turns(players, subject);
    List<Turn> turns = new ArrayList<>(copying);
    turns.addAll(playing);
    for (int round = 0; round < rounds; round++) {
      for (Turn turn : turns) {
        rest();
        for (double millis : turn.player.numbers("sample", samples, seconds)) {
          turn.millis.add(millis);
        }
      }
    }
    Score score = new Score(subject);
    for (Turn turn : copying) {
      score.addCopy(turn.millis.build().toArray());
    }
    for (Turn turn : playing) {
      score.add(turn.player.name(), turn.figures, turn.millis.build().toArray());
    }
    turns.forEach(turn -> turn.player.ask("close"));
    return score;
  }

  /// Makes those ready who play a case.
  private List<Turn> turns(List<Player> all, Case subject) {
    List<Turn> turns = new ArrayList<>();
    for (Player player : all) {
      double[] figures = player.numbers("prepare", subject.name());
      if (figures.length > 0) {
        turns.add(new Turn(player, figures, DoubleStream.builder()));
        var _ = player.ask("warm", WARM_UP_CALLS, warmUp);
      }
    }
    return turns;
  }
}
