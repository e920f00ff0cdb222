package arignote.rewrite.passes;

import arignote.ir.Graph;
import arignote.ir.Variable;
import arignote.rewrite.InnerGraphs;
import arignote.rewrite.Pass;
import arignote.rewrite.scan.Dependence;
import java.util.Map;
import java.util.Optional;

/// Makes one product of several that share an operand, or that are added up: the matmuls of the
/// gates of an LSTM.
///
/// ```
/// %0 = dot(%h, %ui) : f32[B,D]             %0 = concat(%ui, %uf) {axis=1} : f32[D,2*D]
/// %1 = dot(%h, %uf) : f32[B,D]      =>     %1 = dot(%h, %0) : f32[B,2*D]
///                                          %2 = slice(%1) {axis=1, start=0, size=D}
///                                          %3 = slice(%1) {axis=1, start=D, size=D}
///
/// %0 = dot(%di, %ui) : f32[B,D]            %0 = concat(%di, %df) {axis=1} : f32[B,2*D]
/// %1 = dot(%df, %uf) : f32[B,D]     =>     %1 = concat(%ui, %uf) {axis=0} : f32[2*D,D]
/// %2 = add(%0, %1) : f32[B,D]              %2 = dot(%0, %1) : f32[B,D]
/// ```
///
/// Concatenating costs a copy, so this is done where that is paid once, matrices that are the same
/// in every step of a loop, or not at all, because the concatenation is there already, or little
/// beside the product. A sum of products is merged in loops only, where one factor of each is the
/// same in every step and the other differs.
public final class MergeDots implements Pass {
  @Override
  public String name() {
    return "merge-dots";
  }

  @Override
  public Graph apply(Graph graph) {
    return merge(
        InnerGraphs.rewrite(
            graph,
            (scan, body) ->
                merge(
                    body,
                    Optional.of(
                        Dependence.of(scan.elementInputs(), scan.carryInputs(), body.outputs()))),
            branch -> merge(branch, Optional.empty())),
        Optional.empty());
  }

  /// @param dependences those of a loop's body; none for a graph that is no body
  private static Graph merge(Graph graph, Optional<Map<Variable, Dependence>> dependences) {
    if (dependences.isEmpty()) {
      return shared(graph, dependences);
    }
    Graph summed = new AddedDots(graph, dependences.get()).merge();
    return shared(summed, dependences);
  }

  private static Graph shared(Graph graph, Optional<Map<Variable, Dependence>> dependences) {
    Graph left = new DotsSharingOperand(DotsSharingOperand.Side.LEFT, dependences).merge(graph);
    return new DotsSharingOperand(DotsSharingOperand.Side.RIGHT, dependences).merge(left);
  }
}
