package arignote.backend.cuda.kernel;

import arignote.plan.LoopBody;
import java.util.List;

/// A loop without reductions: what it computes at each position of a shape, and where that lies.
///
/// @param sources one for each of the body's, with strides along the axes of the shape
/// @param targets likewise
public record Loop(LoopBody body, long[] shape, List<Place> sources, List<Place> targets) {
  public Loop {
    sources = List.copyOf(sources);
    targets = List.copyOf(targets);
  }

  /// How many positions there are.
  public long size() {
    long size = 1;
    for (long length : shape) {
      size *= length;
    }
    return size;
  }
}
