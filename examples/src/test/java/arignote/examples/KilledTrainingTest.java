package arignote.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.io.Npz;
import arignote.tensor.HostTensor;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.razorvine.pickle.Pickler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A training that is killed again and again, at random moments, and resumed each time, ends with
/// the bits of one that ran undisturbed; and its checkpoint is never damaged.
///
/// Each kill comes some lines after the start and up to four milliseconds later, while the program
/// writes a checkpoint after every update: whatever the machine's speed, some hit the writing.
final class KilledTrainingTest {
  private static final int KILLS = 20;
  private static final int MOST_LINES = 30;
  private static final int BATCHES = 11;

  /// Enough for all kills.
  private static final int EPOCHS = KILLS * (MOST_LINES + 10) / BATCHES;

  /// What makes a JVM ready sooner; bits must not depend on it, and the undisturbed training runs
  /// without.
  private static final String QUICK_START = "-XX:TieredStopAtLevel=1";

  @TempDir Path folder;
  private final long seed = Long.getLong("kills.seed", 20260);
  private final Random random = new Random(seed);

  @Test
  void endsWithTheSameBits() throws Exception {
    System.out.println("KilledTrainingTest: -Dkills.seed=" + seed);
    Path data = reviews();
    Path undisturbed = folder.resolve("undisturbed.npz");
    run(data, undisturbed, List.of());
    Path checkpoint = folder.resolve("checkpoint.npz");
    int resumed = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      boolean resumes = Files.exists(checkpoint);
      killDuring(start(data, checkpoint, resume(checkpoint)));
      if (resumes) {
        resumed++;
        // Reads every array and compares the checksums.
        assertTrue(Npz.read(checkpoint).containsKey("memory.random_counter"));
      }
    }
    run(data, checkpoint, resume(checkpoint));

    assertTrue(resumed >= KILLS / 2, resumed + " of " + KILLS + " were resumed");
    Map<String, HostTensor> expected = Npz.read(undisturbed);
    Map<String, HostTensor> found = Npz.read(checkpoint);
    assertEquals(EPOCHS * BATCHES, found.getOrDefault("costs", HostTensor.of(new int[0])).size());
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach((name, value) -> {
      // The options have the file's name in them.
      if (!name.equals("seconds") && !name.equals("options")) {
        assertTrue(value.sameAs(found.getOrDefault(name, HostTensor.of(new int[0]))), name);
      }
    });
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          List.of("checkpoint.npz", "reviews.pkl", "undisturbed.npz"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  private static List<String> resume(Path checkpoint) {
    return Files.exists(checkpoint)
        ? List.of(QUICK_START, "-Dresume=" + checkpoint)
        : List.of(QUICK_START);
  }

  private Process start(Path data, Path checkpoint, List<String> more) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "-Ddata=" + data,
            "-Dcheckpoint=" + checkpoint,
            "-Dsaveto=",
            "-Ddim_proj=8",
            "-Dn_words=300",
            "-Dmax_epochs=" + EPOCHS,
            "-DdispFreq=1",
            "-DsaveFreq=1",
            "-DvalidFreq=7",
            "-Dpatience=100000"));
    command.addAll(more);
    command.add("arignote.examples.ImdbLstm");
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private void run(Path data, Path checkpoint, List<String> more) throws Exception {
    Process process = start(data, checkpoint, more);
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertTrue(process.waitFor(1, TimeUnit.MINUTES), output);
    assertEquals(0, process.exitValue(), output);
  }

  private void killDuring(Process process) throws Exception {
    int lines = random.nextInt(MOST_LINES);
    int milliseconds = random.nextInt(4);
    StringBuilder output = new StringBuilder();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (int seen = 0; seen <= lines; ) {
        String line = reader.readLine();
        if (line == null) {
          break;
        }
        output.append(line).append('\n');
        seen += line.startsWith("Epoch ") ? 1 : 0;
      }
      Thread.sleep(milliseconds);
      process.destroyForcibly();
      assertTrue(process.waitFor(1, TimeUnit.MINUTES));
      // Killed, not ended by itself: 128 and the number of the signal.
      assertEquals(137, process.exitValue(), output.toString());
    }
  }

  /// 180 reviews of 5 to 12 random words, 171 of which are for training: eleven batches.
  private Path reviews() throws IOException {
    Random words = new Random(11);
    List<List<Integer>> texts = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int i = 0; i < 180; i++) {
      texts.add(words.ints(words.nextInt(5, 13), 2, 300).boxed().toList());
      labels.add(i % 2);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int set = 0; set < 2; set++) {
      bytes.write(new Pickler().dumps(new Object[] {texts, labels}));
    }
    return Files.write(folder.resolve("reviews.pkl"), bytes.toByteArray());
  }
}
