package arignote.examples.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ScreenTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
  }

  @Test
  void elsewhereATaskIsALineForEachTenth() {
    Screen screen = Screen.plain(out);
    try (Progress progress = screen.progress("Reading", 25)) {
      for (int i = 1; i <= 25; i++) {
        progress.note("nobody sees this");
        progress.to(i);
      }
      progress.to(26);
    }
    StringBuilder expected = new StringBuilder();
    for (int tenth = 1; tenth <= 10; tenth++) {
      expected.append("Reading: ").append(10 * tenth).append(" %\n");
    }
    assertEquals(expected.toString(), printed());
    try (Progress progress = screen.barOnly("Training", 5)) {
      progress.to(3);
    }
    assertEquals(expected.toString(), printed());
    assertFalse(screen.isTerminal());
  }

  /// What a terminal of 70 columns shows in the end: each line as it was last drawn.
  private String shown() {
    StringBuilder shown = new StringBuilder();
    for (String line : printed().split("\n", -1)) {
      String last = line.substring(line.lastIndexOf('\r') + 1);
      shown.append(last.replace("\u001b[K", "")).append('\n');
    }
    return shown.toString();
  }

  @Test
  void onATerminalLinesStandAboveTheBar() {
    Screen screen = Screen.terminal(out, 70);
    try (Progress progress = screen.progress("Training", 1000)) {
      progress.to(250);
      progress.note("cost 0.5");
      while (!printed().contains("250/1000")) {
        Thread.onSpinWait();
      }
      screen.println("Train 0.1");
      progress.to(1000);
    }
    screen.println("over");
    String[] lines = shown().split("\n");
    assertEquals("Train 0.1", lines[0], shown());
    assertTrue(lines[1].startsWith("Training 100% ["), shown());
    assertTrue(lines[1].contains("1000/1000 (0:00:0") && lines[1].contains(" cost 0.5"), shown());
    assertEquals("over", lines[2]);
    assertEquals(3, lines.length);
    for (String drawn : printed().split("[\r\n]")) {
      assertTrue(drawn.replace("\u001b[K", "").length() < 70, drawn);
    }
  }
}
