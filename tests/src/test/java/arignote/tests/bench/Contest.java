package arignote.tests.bench;

import arignote.tests.bench.contest.Case;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/// Compares Arignote with its peers: `tests/bench [CASE ...]`. Each is a process of its own; in
/// every round each takes its samples while the others wait; the medians are over all rounds.
final class Contest {
  /// Calls before the first sample, for the JVM to compile what runs often.
  private static final int WARM_UP_CALLS = 200;

  private static final double WARM_UP_SECONDS = 8;

  /// What figures of contenders may differ by, relative to themselves.
  private static final double TOLERANCE = 1e-4;

  private final int rounds = Integer.getInteger("rounds", 5);
  private final int samples = Integer.getInteger("samples", 30);
  private final double seconds = Double.parseDouble(System.getProperty("seconds", "2"));
  private final List<Player> players;

  private Contest(List<Player> players) {
    this.players = players;
  }

  public static void main(String[] arguments) throws IOException {
    List<Case> cases = cases(arguments);
    String threads = System.getProperty("threads", "2");
    List<Player> players = new ArrayList<>();
    try {
      for (Player.Entry entry : entries(threads)) {
        players.add(new Player(entry));
      }
      Timing.printMachine();
      players.forEach(player -> Timing.print(player.ask("describe")));
      Contest contest = new Contest(players);
      cases.forEach(contest::play);
    } finally {
      players.forEach(Player::close);
    }
  }

  private static List<Case> cases(String[] patterns) {
    if (patterns.length == 0) {
      return Case.standard();
    }
    List<Case> cases = new ArrayList<>();
    for (String pattern : patterns) {
      List<Case> found =
          Case.named(pattern)
              .map(List::of)
              .orElseGet(() -> {
                PathMatcher glob =
                    FileSystems.getDefault().getPathMatcher("glob:" + pattern + "*");
                return Case.standard().stream()
                    .filter(c -> glob.matches(Path.of(c.name())))
                    .toList();
              });
      if (found.isEmpty()) {
        throw new IllegalArgumentException("no case is named or begins with " + pattern);
      }
      cases.addAll(found);
    }
    return cases;
  }

  private static List<Player.Entry> entries(String threads) throws IOException {
    List<Player.Entry> entries = new ArrayList<>();
    entries.add(
        new Player.Entry(
            "arignote",
            OwnContender.class.getName(),
            System.getProperty("java.class.path"),
            List.of(
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Dthreads=" + threads)));
    Path home = Path.of(System.getProperty("peers.home"));
    for (String peer : System.getProperty("peers").split(",")) {
      Path target = home.resolve(peer).resolve("target");
      String name = Character.toUpperCase(peer.charAt(0)) + peer.substring(1);
      entries.add(
          new Player.Entry(
              peer,
              "arignote.peers.%s.%s".formatted(peer, name),
              target.resolve("classes")
                  + System.getProperty("path.separator")
                  + Files.readString(target.resolve("bench.classpath")).strip(),
              List.of(
                  "--enable-native-access=ALL-UNNAMED",
                  "-Dthreads=" + threads)));
    }
    return entries;
  }

  private void play(Case subject) {
    Map<Player, double[]> figures = new LinkedHashMap<>();
    Map<Player, DoubleStream.Builder> times = new LinkedHashMap<>();
    for (Player player : players) {
      double[] own = player.numbers("prepare", subject.name());
      if (own.length > 0) {
        figures.put(player, own);
        times.put(player, DoubleStream.builder());
        var unused = player.ask("warm", WARM_UP_CALLS, WARM_UP_SECONDS);
      }
    }
    for (int round = 0; round < rounds; round++) {
      times.forEach(
          (player, all) ->
              Arrays.stream(player.numbers("sample", samples, seconds)).forEach(all));
    }
    times.keySet().forEach(player -> player.ask("close"));
    report(subject, figures, times);
  }

  private void report(
      Case subject, Map<Player, double[]> figures, Map<Player, DoubleStream.Builder> times) {
    Player own = players.getFirst();
    Map<Player, double[]> sorted = new LinkedHashMap<>();
    times.forEach((player, all) -> sorted.put(player, all.build().sorted().toArray()));
    double ours = median(sorted.get(own));
    Timing.print(
        "%s: arignote %.3f ms (fastest %.3f, %.0f GFLOP/s)"
            .formatted(subject.name(), ours, sorted.get(own)[0], subject.flops() / ours / 1e6));
    for (Player peer : sorted.keySet()) {
      if (peer != own) {
        double theirs = median(sorted.get(peer));
        Timing.print(
            "%s: arignote %.3f ms, %s %.3f ms, ratio %.2f%s"
                .formatted(
                    subject.name(),
                    ours,
                    peer.name(),
                    theirs,
                    ours / theirs,
                    agree(figures.get(own), figures.get(peer))
                        ? ""
                        : " DIFFERENT RESULTS: %s and %s"
                            .formatted(
                                Arrays.toString(figures.get(own)),
                                Arrays.toString(figures.get(peer)))));
      }
    }
  }

  private static boolean agree(double[] ours, double[] theirs) {
    if (ours.length != theirs.length) {
      return false;
    }
    for (int i = 0; i < ours.length; i++) {
      if (!(Math.abs(ours[i] - theirs[i]) <= TOLERANCE * Math.abs(theirs[i]))) {
        return false;
      }
    }
    return true;
  }

  private static double median(double[] sorted) {
    return sorted[sorted.length / 2];
  }
}
