package arignote.tests.bench;

import arignote.tests.bench.own.Arignote;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// How a contender's process is started.
///
/// @param name what lines and tables call it
record Entry(
    String name,
    String mainClass,
    String classPath,
    List<String> flags,
    Map<String, String> environment) {
  /// Ways to copy memory.
  static List<Entry> copies(int threads) {
    return Arrays.stream(Copying.Way.values())
        .map(way -> own(way.label(), Copying.class, threads, "-Dcopy=" + way.name()))
        .toList();
  }

  private static Entry own(String name, Class<?> main, int threads, String... flags) {
    List<String> all =
        new ArrayList<>(
            List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"));
    all.add(threadsFlag(threads));
    all.addAll(List.of(flags));
    return new Entry(name, main.getName(), System.getProperty("java.class.path"), all, Map.of());
  }

  private static String threadsFlag(int threads) {
    return "-Dthreads=" + threads;
  }

  /// Arignote, then the peers that the property `peers` names, as `tests/bench` has built them.
  static List<Entry> contenders(int threads) throws IOException {
    List<Entry> entries = new ArrayList<>();
    entries.add(own("arignote", Arignote.class, threads));
    Path home = Path.of(System.getProperty("peers.home"));
    for (String peer : System.getProperty("peers").split(",")) {
      if (!peer.isEmpty()) {
        Path target = home.resolve(peer).resolve("target");
        String name = Character.toUpperCase(peer.charAt(0)) + peer.substring(1);
        entries.add(
            new Entry(
                peer,
                "arignote.peers.%s.%s".formatted(peer, name),
                target.resolve("classes")
                    + File.pathSeparator
                    + Files.readString(target.resolve("bench.classpath")).strip(),
                List.of("--enable-native-access=ALL-UNNAMED", threadsFlag(threads)),
                Map.of(
                    "OMP_NUM_THREADS",
                    Integer.toString(threads),
                    "OPENBLAS_NUM_THREADS",
                    Integer.toString(threads))));
      }
    }
    return entries;
  }
}
