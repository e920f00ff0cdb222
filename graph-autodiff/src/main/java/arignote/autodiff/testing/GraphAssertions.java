package arignote.autodiff.testing;

import arignote.ir.Graph;
import arignote.ir.Variable;
import arignote.runtime.Function;
import java.util.List;

/// What graphs compute, asserted in tests of any framework: failures are [AssertionError]s.
///
/// ```java
/// assertThat(grad(x.square().sum(), x)).isEquivalentTo("2 * x");
/// assertThat(loss).containsNoNanProne().hasOps("dot", 2);
/// ```
public final class GraphAssertions {
  private GraphAssertions() {}

  /// Starts assertions on an expression.
  public static GraphAssert assertThat(Variable variable) {
    return new GraphAssert(Equivalence.closed(List.of(variable)));
  }

  /// Starts assertions on a graph.
  public static GraphAssert assertThat(Graph graph) {
    return new GraphAssert(graph);
  }

  /// Starts assertions on a compiled function's graph, after all passes.
  public static GraphAssert assertThat(Function function) {
    return new GraphAssert(function.graph());
  }
}
