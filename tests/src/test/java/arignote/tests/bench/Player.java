package arignote.tests.bench;

import arignote.tests.bench.contest.Worker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A contender's process, seen from the master: see `contest.Worker` for what it understands.
final class Player implements AutoCloseable {
  private final Entry entry;
  private final Process process;
  private final Writer commands;
  private final BufferedReader answers;

  Player(Entry entry) {
    this.entry = entry;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(entry.flags());
    command.addAll(List.of("-cp", entry.classPath(), entry.mainClass()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(entry.environment());
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    commands = process.outputWriter(StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  String name() {
    return entry.name();
  }

  String ask(Object... words) {
    String command = String.join(" ", Arrays.stream(words).map(Object::toString).toList());
    try {
      commands.write(command + "\n");
      commands.flush();
      for (String line = answers.readLine(); line != null; line = answers.readLine()) {
        if (line.startsWith(Worker.ANSWER)) {
          return line.substring(Worker.ANSWER.length());
        }
        System.err.println(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(entry.name() + ", asked to " + command, e);
    }
    throw new IllegalStateException(
        entry.name() + " ended when asked to " + command + "; its last words are above");
  }

  double[] numbers(Object... words) {
    String answer = ask(words);
    return answer.isEmpty()
        ? new double[0]
        : Arrays.stream(answer.split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  /// Ends the process.
  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
