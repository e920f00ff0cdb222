package arignote.rewrite.passes;

import static java.util.Objects.requireNonNull;

import arignote.ir.Graph;
import arignote.ir.Result;
import arignote.ir.Substitution;
import arignote.rewrite.InnerGraphs;
import arignote.rewrite.Pass;
import java.util.List;
import java.util.Map;

/// Makes reductions one [arignote.ir.op.Fused] node with the loops that compute what they combine,
/// and with those that use their results in the same rows; in scan bodies too. What was a pass over
/// memory for each of them is one for all.
///
/// ```
/// %0 = max(%x) {axes=[1]} : f32[B]          %0 = fused {
/// %1 = reshape(%0) : f32[B,1]                 with %x: f32[B,C] = %x
/// %2 = fused {                                %1 = max(%x) {axes=[1]} : f32[B]
///   with %x: f32[B,C] = %x                    %2 = reshape(%1) : f32[B,1]
///   with %x1: f32[B,1] = %1                   %3 = broadcast(%2) : f32[B,C]
///   %3 = broadcast(%x1) : f32[B,C]            %4 = sub(%x, %3) : f32[B,C]
///   %4 = sub(%x, %3) : f32[B,C]               %5 = exp(%4) : f32[B,C]
///   %5 = exp(%4) : f32[B,C]            =>     %6 = sum(%5) {axes=[1]} : f32[B]
///   yield %5                                  %7 = reshape(%6) : f32[B,1]
/// } : f32[B,C]                                %8 = broadcast(%7) : f32[B,C]
/// %6 = sum(%2) {axes=[1]} : f32[B]            %9 = div(%5, %8) : f32[B,C]
/// %7 = reshape(%6) : f32[B,1]                 yield %9
/// %8 = broadcast(%7) : f32[B,C]             } : f32[B,C]
/// %9 = div(%2, %8) : f32[B,C]               return %0
/// return %9
/// ```
///
/// A group has one shape and one set of reduced axes. A reduction takes the loop before it into its
/// group; a loop joins the group whose elements it reads, or whose results it repeats along the
/// rows that they came from. The latter only where rows lie along the last axis, and are not all of
/// a matrix: else a row is no stretch of memory that stays in a cache until it is read again.
///
/// How groups stay free of cycles: every group has a level, and edges between groups lead to a
/// higher one. Nodes are taken in their order; one that joins a group does not raise it above what
/// reads it already. A reduction by itself stays as it is, with or without what is done to its
/// results.
public final class FuseReductions implements Pass {
  @Override
  public String name() {
    return "fuse-reductions";
  }

  @Override
  public Graph apply(Graph graph) {
    return fuse(InnerGraphs.rewrite(graph, FuseReductions::fuse));
  }

  private static Graph fuse(Graph graph) {
    RowGroups rows = new RowGroups(graph);
    List<RowGroup> groups = rows.inOrder();
    if (groups.stream().noneMatch(RowGroup::isWorthwhile)) {
      return graph;
    }
    Substitution substitution = new Substitution();
    Map<RowGroup, List<Result>> escaping = rows.escaping(graph);
    for (RowGroup group : groups) {
      if (group.isWorthwhile()) {
        FusedBody body = new FusedBody(RowGroups::isCopied);
        group.members().forEach(body::add);
        body.replace(
            requireNonNull(escaping.get(group)), group.members().getLast().site(), substitution);
      } else {
        group.members().forEach(substitution::rebuild);
      }
    }
    return substitution.apply(graph);
  }
}
