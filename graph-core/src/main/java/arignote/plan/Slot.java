package arignote.plan;

/// A stretch of memory that is known by a number until a call starts, which then writes its address
/// into a table. Some change their address from step to step of a loop.
public final class Slot {
  /// Who provides the memory.
  public enum Kind {
    /// Nobody: address 0, which counters count from.
    ZERO,
    /// A part of the program's own memory.
    ARENA,
    /// An argument, a constant, a shared variable, a result: set when a call starts.
    EXTERNAL,
    /// Set by a loop before each step.
    STEPPING
  }

  private final int index;
  private final Kind kind;
  private final long bytes;
  private final long alignment;

  Slot(int index, Kind kind, long bytes, long alignment) {
    this.index = index;
    this.kind = kind;
    this.bytes = bytes;
    this.alignment = alignment;
  }

  public int index() {
    return index;
  }

  public Kind kind() {
    return kind;
  }

  public long bytes() {
    return bytes;
  }

  /// A power of two that every address of the slot is a multiple of, as far as is known; at most
  /// [BufferPlan#ALIGNMENT].
  public long alignment() {
    return alignment;
  }

  @Override
  public String toString() {
    return kind + " " + index;
  }
}
