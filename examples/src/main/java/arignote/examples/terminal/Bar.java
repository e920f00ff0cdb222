package arignote.examples.terminal;

import me.tongfei.progressbar.ProgressBar;

/// A bar that a thread of the library draws, a few times a second.
record Bar(ProgressBar bar) implements Progress {
  @Override
  public void to(long done) {
    bar.stepTo(done);
  }

  @Override
  public void note(String text) {
    bar.setExtraMessage(" " + text);
  }

  @Override
  public void close() {
    bar.close();
  }
}
