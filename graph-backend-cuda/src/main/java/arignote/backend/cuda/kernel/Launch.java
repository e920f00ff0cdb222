package arignote.backend.cuda.kernel;

import java.util.List;

/// A kernel with everything that it takes to launch it, but for addresses.
///
/// @param code CUDA C, without what all kernels share
/// @param arguments what the code calls `a.v[0]`, `a.v[1]`, ...
/// @param blocks how many blocks of threads
public record Launch(String code, List<Argument> arguments, long blocks, int threads) {
  public Launch {
    arguments = List.copyOf(arguments);
  }
}
