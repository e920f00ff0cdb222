package arignote.runtime;

/// How much memory a function takes, its arguments apart, in bytes.
///
/// @param arena intermediate values of a call at their peak; calls one after the other use the same
///   memory, calls at once have each their own
/// @param results what a call returns, each rounded up to [arignote.tensor.HostTensor#ALIGNMENT]:
///   as much as [Function#call(java.lang.foreign.SegmentAllocator, Object...)] takes
/// @param shared the shared variables that the function reads or updates
public record Memory(long arena, long results, long shared) {
  /// All of it, for one call at a time.
  public long total() {
    return arena + results + shared;
  }
}
