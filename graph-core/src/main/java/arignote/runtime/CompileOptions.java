package arignote.runtime;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/// How to compile one function; [Flags] has the defaults.
///
/// @param device the flag `device`: `cpu`, `gpu`, `gpu0`, ...
/// @param without names of the passes that are switched off, or `all`
/// @param threads how many threads a call may use, at least 1
/// @param dump where to write the graph after each pass
/// @param verify whether the graph is verified after each pass
/// @param profile whether calls are measured
public record CompileOptions(
    String device,
    Mode mode,
    Set<String> without,
    int threads,
    Optional<Path> dump,
    boolean verify,
    boolean profile) {
  /// @throws CompileException if there is not even one thread
  public CompileOptions {
    without = Set.copyOf(without);
    if (threads < 1) {
      throw new CompileException(
          "compile options: a call needs at least 1 thread, found " + threads);
    }
  }

  /// Options that measure nothing.
  public CompileOptions(
      String device,
      Mode mode,
      Set<String> without,
      int threads,
      Optional<Path> dump,
      boolean verify) {
    this(device, mode, without, threads, dump, verify, false);
  }

  /// These options with a profile, which [Function#profile] returns, or without one.
  public CompileOptions withProfile(boolean measured) {
    return new CompileOptions(device, mode, without, threads, dump, verify, measured);
  }
}
