package arignote.backend.cuda.kernel;

import java.util.List;
import java.util.Optional;

/// A kernel with everything that it takes to launch it, but for addresses.
///
/// @param code CUDA C, without what all kernels share
/// @param arguments what the code calls `a.v[0]`, `a.v[1]`, ...
/// @param blocks how many blocks of threads
/// @param loop what the code does, if it is a loop without reductions
public record Launch(
    String code, List<Argument> arguments, long blocks, int threads, Optional<Loop> loop) {
  public Launch {
    arguments = List.copyOf(arguments);
  }

  public Launch(String code, List<Argument> arguments, long blocks, int threads) {
    this(code, arguments, blocks, threads, Optional.empty());
  }

  /// The same with what the code does.
  public Launch of(Loop described) {
    return new Launch(code, arguments, blocks, threads, Optional.of(described));
  }
}
