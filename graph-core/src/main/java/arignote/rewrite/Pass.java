package arignote.rewrite;

import arignote.ir.Graph;

/// A rewrite of a whole graph into one that computes the same.
public interface Pass {
  /// The name for the flag `without` and for dumps: verb first, `merge-duplicates`.
  String name();

  /// The graph rewritten; the same instance if there is nothing to do.
  Graph apply(Graph graph);
}
