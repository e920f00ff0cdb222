package arignote.examples.terminal;

/// How far a piece of work is, for whoever waits for it. Closed when the work ends, done or not.
public sealed interface Progress extends AutoCloseable permits Bar, Tenths, Progress.None {
  /// So much is done, counted from the beginning.
  void to(long done);

  /// What is worth knowing beside that, as the cost of the last update.
  void note(String text);

  /// No exceptions.
  @Override
  void close();

  /// Shows nothing.
  static Progress none() {
    return new None();
  }

  /// What shows nothing.
  record None() implements Progress {
    @Override
    public void to(long done) {}

    @Override
    public void note(String text) {}

    @Override
    public void close() {}
  }
}
