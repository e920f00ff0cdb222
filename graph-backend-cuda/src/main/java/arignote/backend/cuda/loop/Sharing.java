package arignote.backend.cuda.loop;

/// Which part of a stage a block of threads does.
public sealed interface Sharing {
  /// Some neighbouring ones of so many columns. Of a loop these are positions along the last axis;
  /// of a product whose result has several times as many columns, a block does the same ones of
  /// each part, as an elementwise loop needs them that reads the parts side by side.
  record Columns(long count) implements Sharing {}

  /// Positions are dealt out to the threads of all blocks.
  record Positions() implements Sharing {}

  /// Each block does all of it, in memory of its own.
  record Everything() implements Sharing {}
}
