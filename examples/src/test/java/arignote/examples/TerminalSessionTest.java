package arignote.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import arignote.examples.imdb.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program on a pseudo-terminal of 100 columns, with somebody at the keyboard. Python makes the
/// terminal, since Java cannot.
final class TerminalSessionTest {
  private static final int COLUMNS = 100;

  @TempDir Path folder;

  /// What a program left on the terminal, and how it ended.
  private record Session(String text, int status) {
    /// Everything that was drawn on one line without going to the next.
    List<String> drawn() {
      return Arrays.asList(text.split("[\r\n]+"));
    }

    /// The lines as they were in the end.
    List<String> lines() {
      return text.lines()
          .map(line -> line.substring(line.lastIndexOf('\r', line.length() - 2) + 1))
          .map(line -> line.replace("\u001b[K", "").strip())
          .toList();
    }
  }

  @BeforeEach
  void pythonIsThere() throws Exception {
    boolean usable;
    try {
      usable = new ProcessBuilder("python3", "-c", "import pty, fcntl").start().waitFor() == 0;
    } catch (IOException _) {
      usable = false;
    }
    if (!usable) {
      System.out.println("TerminalSessionTest: skipped, python3 with its module pty is not there");
    }
    assumeTrue(usable, "python3 with its module pty is not there");
  }

  private Session session(String pattern, String... options) throws Exception {
    Path script = folder.resolve("terminal.py");
    try (InputStream source =
        Objects.requireNonNull(TerminalSessionTest.class.getResourceAsStream("terminal.py"))) {
      Files.write(script, source.readAllBytes());
    }
    List<String> command = new ArrayList<>(List.of("python3", script.toString(), pattern));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
    command.addAll(List.of(options));
    command.add("arignote.examples.ImdbLstm");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertTrue(process.waitFor(2, TimeUnit.MINUTES), text);
    return new Session(text, process.exitValue());
  }

  @Test
  void aBarMovesUntilCtrlCEndsTheTraining() throws Exception {
    Path model = folder.resolve("m.npz");
    Session training =
        session(
            "[1-9][0-9]*/2[0-9]* .*reviews/s",
            "-Ddata=synthetic",
            "-Ddim_proj=16",
            "-Dn_words=300",
            "-Dmax_epochs=100000",
            "-DvalidFreq=50",
            "-Dpatience=1000000",
            "-Dsaveto=" + model);
    String text = training.text();
    assertEquals(0, training.status(), text);
    // The bar, several times, never wider than the terminal.
    List<String> bars =
        training.drawn().stream().filter(line -> line.startsWith("Training  ")).toList();
    assertTrue(bars.size() > 2, text);
    for (String bar : bars) {
      assertTrue(bar.replaceAll("\u001b\\[K.*", "").length() < COLUMNS, bar);
    }
    assertTrue(
        bars.getLast().matches(".*\\d+% \\[.*\\] +\\d+/28500000 \\(.* / .*\\).*cost 0\\.\\d+.*"),
        text);
    assertFalse(text.contains("Epoch 0 Update"), text);
    // Ctrl-C ended the training and not the program: it measured and saved.
    List<String> lines = training.lines();
    assertTrue(lines.contains("Training interrupted"), text);
    assertTrue(lines.get(lines.size() - 2).matches("Train 0\\S+ Valid 0\\S+ Test 0\\S+"), text);
    assertTrue(lines.getLast().startsWith("The code run for "), text);
    assertTrue(Files.exists(model), text);
    assertTrue(
        Checkpoint.read(folder.resolve("m.checkpoint.npz")).parameters().containsKey("Wemb"));

    // What it saved classifies lines, in colours.
    Path lineFile = Files.writeString(folder.resolve("lines.txt"), "the plot was not bad\n");
    Session prediction = session("", "-Dreload_model=" + model, "-Dpredict=" + lineFile);
    assertEquals(0, prediction.status(), prediction.text());
    assertTrue(
        prediction.text().matches("(?s).*(positive|negative) 0\\.\\d{4} .*\u001b\\[38;5;\\d+m.*"),
        prediction.text());
  }
}
