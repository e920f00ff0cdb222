package arignote.backend.cuda.kernel;

/// A stretch of device memory that is known by a number until a call starts, which then writes its
/// address into a table. Some change their address from step to step of a loop.
public final class Slot {
  /// What every stretch but those of [Kind#STEPPING] starts at a multiple of, in bytes.
  public static final long ALIGNMENT = 64;

  /// Who provides the memory.
  public enum Kind {
    /// A part of the call's own memory.
    ARENA,
    /// A constant or a shared variable: set when a call starts.
    EXTERNAL,
    /// Set by a loop before each step.
    STEPPING
  }

  private final int index;
  private final Kind kind;
  private final long bytes;
  private final long alignment;

  public Slot(int index, Kind kind, long bytes, long alignment) {
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

  /// A power of two that every address of the slot is a multiple of, at most [#ALIGNMENT].
  public long alignment() {
    return alignment;
  }

  @Override
  public String toString() {
    return kind + " " + index;
  }
}
