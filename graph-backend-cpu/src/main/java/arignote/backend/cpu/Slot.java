package arignote.backend.cpu;

/// A stretch of memory that is known by a number until a call starts, which then writes its address
/// into a table. Some change their address from step to step of a loop.
final class Slot {
  /// Who provides the memory.
  enum Kind {
    /// Address 0: what counters count from.
    ZERO,
    /// A part of the executable's own memory.
    ARENA,
    /// An argument, a constant, a shared variable, a result: set when a call starts.
    EXTERNAL,
    /// Set by a loop before each step.
    STEPPING
  }

  private final int index;
  private final Kind kind;
  private final long bytes;

  Slot(int index, Kind kind, long bytes) {
    this.index = index;
    this.kind = kind;
    this.bytes = bytes;
  }

  int index() {
    return index;
  }

  Kind kind() {
    return kind;
  }

  long bytes() {
    return bytes;
  }

  @Override
  public String toString() {
    return kind + " " + index;
  }
}
