package arignote.backend.cuda.loop;

import arignote.backend.cuda.kernel.Loop;
import arignote.plan.View;

/// A part of a step, whose elements may be computed in any order.
public sealed interface Stage {
  /// A loop without reductions.
  record Elementwise(Loop loop) implements Stage {}

  /// `alpha` times the product of `x`, `[m,k]`, and `weights`, `[k,n]`, which are the same in all
  /// steps, plus `beta` times what is there if that is not 0.
  record Product(View x, View weights, View to, double alpha, double beta) implements Stage {
    public long rows() {
      return x.layout().dim(0);
    }

    /// How many products each element is the sum of.
    public long inner() {
      return x.layout().dim(1);
    }

    public long columns() {
      return to.layout().dim(1);
    }
  }
}
