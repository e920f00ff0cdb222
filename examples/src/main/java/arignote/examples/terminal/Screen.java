package arignote.examples.terminal;

import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/// Where a program prints to. Lines scroll; on a terminal a bar may stand below them and move.
public final class Screen {
  private static final String ERASE_TO_END = "\u001b[K";
  private static final int MILLISECONDS_BETWEEN_LOOKS = 200;

  private final PrintStream out;
  private final boolean terminal;
  private final int width;
  private String bar = "";

  private Screen(PrintStream out, boolean terminal, int width) {
    this.out = out;
    this.terminal = terminal;
    this.width = width;
  }

  /// The standard output, whatever it is.
  public static Screen standard() {
    boolean terminal = Terminal.isStandardOutput();
    return new Screen(System.out, terminal, terminal ? Terminal.width() : 0);
  }

  /// A file, a pipe or the like.
  public static Screen plain(PrintStream out) {
    return new Screen(out, false, 0);
  }

  /// A terminal so many columns wide.
  static Screen terminal(PrintStream out, int width) {
    return new Screen(out, true, width);
  }

  /// Whether somebody may be looking at it, for whom things can move and have colours.
  public boolean isTerminal() {
    return terminal;
  }

  /// Prints a line, above the bar if there is one.
  public synchronized void println(String line) {
    if (bar.isEmpty()) {
      out.println(line);
    } else {
      out.print("\r" + ERASE_TO_END + line + System.lineSeparator());
      out.print(bar);
    }
    out.flush();
  }

  /// Shows how far a piece of work is, by a bar or by a line for each tenth of it.
  ///
  /// @param task its name, as "Reading"
  /// @param total how much there is to do, more than 0
  public Progress progress(String task, long total) {
    return terminal ? bar(task, total) : new Tenths(this, task, total);
  }

  /// Shows how far a piece of work is on a terminal, and elsewhere nothing: for work that prints
  /// lines of its own.
  public Progress barOnly(String task, long total) {
    return terminal ? bar(task, total) : Progress.none();
  }

  private Progress bar(String task, long total) {
    return new Bar(
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(MILLISECONDS_BETWEEN_LOOKS)
            .setConsumer(new Line())
            .build());
  }

  private synchronized void show(String newBar) {
    bar = newBar;
    out.print("\r" + newBar + ERASE_TO_END);
    out.flush();
  }

  /// The last state of the bar stays where it is, and lines go on below it.
  private synchronized void leave() {
    if (!bar.isEmpty()) {
      bar = "";
      out.println();
      out.flush();
    }
  }

  /// The one line that the library draws its bar on.
  private final class Line implements ProgressBarConsumer {
    /// Terminals differ in what they do after the last column.
    @Override
    public int getMaxRenderedLength() {
      return width - 1;
    }

    @Override
    public void accept(String rendered) {
      show(rendered);
    }

    @Override
    public void clear() {
      show("");
    }

    @Override
    public void close() {
      leave();
    }
  }
}
