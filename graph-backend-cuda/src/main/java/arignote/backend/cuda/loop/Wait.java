package arignote.backend.cuda.loop;

/// Who waits before a stage until all of them have come as far.
public enum Wait {
  NOBODY,
  /// The threads of each block.
  BLOCK,
  /// The threads of all blocks.
  ALL
}
