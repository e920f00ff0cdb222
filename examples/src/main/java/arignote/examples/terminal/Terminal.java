package arignote.examples.terminal;

import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What Java does not say about the terminal a program runs in.
final class Terminal {
  private static final int USUAL_WIDTH = 80;
  private static final Pattern ROWS_AND_COLUMNS = Pattern.compile("\\d+ (\\d+)\\s*");

  private Terminal() {}

  /// Whether the standard output is a terminal that understands control sequences. Java's own
  /// console is none as soon as the standard input comes from elsewhere.
  static boolean isStandardOutput() {
    if ("dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    Optional<MemorySegment> isatty =
        Linker.nativeLinker()
            .defaultLookup()
            .find("isatty")
            .or(() -> Linker.nativeLinker().defaultLookup().find("_isatty"));
    if (isatty.isEmpty()) {
      return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }
    try {
      return (int)
              Linker.nativeLinker()
                  .downcallHandle(
                      isatty.get(),
                      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
                  .invokeExact(1)
          != 0;
    } catch (Throwable e) {
      throw new IllegalStateException("isatty throws nothing", e);
    }
  }

  /// The number of columns, 80 where nobody knows.
  static int width() {
    File terminal = new File("/dev/tty");
    if (!terminal.exists()) {
      return USUAL_WIDTH;
    }
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(terminal)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      Matcher matcher = ROWS_AND_COLUMNS.matcher(size);
      stty.waitFor(1, TimeUnit.SECONDS);
      int columns = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
      return columns > 0 ? columns : USUAL_WIDTH;
    } catch (IOException e) {
      return USUAL_WIDTH;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return USUAL_WIDTH;
    }
  }
}
