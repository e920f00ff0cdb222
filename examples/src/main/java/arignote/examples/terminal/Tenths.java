package arignote.examples.terminal;

/// A line for each tenth of the work that is done, `Reading: 30 %`.
final class Tenths implements Progress {
  private final Screen screen;
  private final String task;
  private final long total;
  private long tenth;

  Tenths(Screen screen, String task, long total) {
    this.screen = screen;
    this.task = task;
    this.total = total;
  }

  @Override
  public void to(long done) {
    long reached = 10 * Math.min(done, total) / total;
    if (reached > tenth) {
      tenth = reached;
      screen.println(task + ": " + 10 * reached + " %");
    }
  }

  @Override
  public void note(String text) {}

  @Override
  public void close() {}
}
