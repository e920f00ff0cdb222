package arignote.rewrite.passes;

import arignote.ir.Apply;
import arignote.ir.Result;
import arignote.ir.Substitution;
import java.util.List;

/// Nodes that become one loop.
///
/// @param members each after those it needs
/// @param escaping the results that are used outside
record FusionGroup(List<Apply> members, List<Result> escaping) {
  /// Whether a loop saves anything against the nodes by themselves.
  boolean isWorthwhile(FusionLevels levels) {
    Apply first = members.getFirst();
    if (members.size() > 1) {
      return levels.isFusible(first);
    }
    return FusionLevels.isElementwise(first.op())
        && levels.isFusible(first)
        && first.operands().stream().anyMatch(levels::isSavedByCopying);
  }

  /// Puts a [arignote.ir.op.Fused] node in place of the members.
  void replace(FusionLevels levels, Substitution substitution) {
    FusedBody body = new FusedBody(levels::isAbsorbable);
    members.forEach(body::add);
    body.replace(escaping, members.getLast().site(), substitution);
  }
}
