package arignote.rewrite.scan;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Substitution;
import arignote.ir.Variable;
import arignote.ir.op.ArgReduce;
import arignote.ir.op.Cond;
import arignote.ir.op.CustomOp;
import arignote.ir.op.Gather;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Scan;
import arignote.ir.op.Scatter;
import arignote.rewrite.Pass;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Moves what is the same in every step before the loop.
///
/// ```
/// %2, %3 = scan {                           %1 = concat(@Wi, @Wf) {axis=1} : f32[D,2*D]
///   over  %x: f32[B,D] = %xs                %2, %3 = scan {
///   carry %h: f32[B,D] = %h0                  over  %x: f32[B,D] = %xs
///   with  %a: f32[D,D] = @Wi                  carry %h: f32[B,D] = %h0
///   with  %b: f32[D,D] = @Wf         =>       with  %w: f32[D,2*D] = %1
///   %1 = concat(%a, %b) {axis=1}              %4 = dot(%x, %w)
///   %4 = dot(%x, %1)                          ...
///   ...                                     }
/// }
/// ```
///
/// What costs nothing to make stays where it is used: fills, iotas, sizes, broadcasts. So does what
/// can fail on account of its values, unless the loop surely runs: a loop of no steps must not
/// fail.
public final class HoistInvariants implements Pass {
  @Override
  public String name() {
    return "hoist-invariants";
  }

  @Override
  public Graph apply(Graph graph) {
    return Scans.rewrite(graph, HoistInvariants::hoist);
  }

  private static List<? extends Variable> hoist(Apply apply, Scan scan) {
    ScanDraft draft = new ScanDraft(apply, scan);
    Substitution outside = new Substitution();
    draft.captured().forEach(feed -> outside.put(feed.inside(), feed.outside()));
    Set<Variable> staying = new HashSet<>();
    draft.sequences().forEach(feed -> staying.add(feed.inside()));
    draft.carries().forEach(carry -> staying.add(carry.before()));
    boolean surelyRuns = draft.steps().constant().orElse(0) > 0;
    List<Apply> hoisted = new ArrayList<>();
    for (Apply node : draft.applies()) {
      if (node.operands().stream().anyMatch(staying::contains) || (!surelyRuns && canFail(node))) {
        staying.addAll(node.results());
      } else {
        hoisted.add(node);
      }
    }
    Set<Variable> moved = movedAcross(draft, hoisted);
    if (moved.isEmpty()) {
      return apply.results();
    }
    Substitution inside = new Substitution();
    for (Apply node : hoisted) {
      outside.rebuild(node);
      for (Variable result : node.results()) {
        if (moved.contains(result)) {
          inside.put(result, draft.capture("invariant", outside.get(result)));
        }
      }
    }
    return draft.build(inside).resultsOf(scan);
  }

  /// The values, computed by nodes that can go, that what stays in the loop reads.
  private static Set<Variable> movedAcross(ScanDraft draft, List<Apply> hoisted) {
    Set<Variable> known = new HashSet<>();
    hoisted.forEach(node -> known.addAll(node.results()));
    Set<Variable> read = new HashSet<>(draft.outputs());
    for (Apply node : draft.applies()) {
      if (!known.contains(node.results().getFirst())) {
        read.addAll(node.operands());
      }
    }
    Set<Variable> moved = new HashSet<>();
    for (Apply node : hoisted.reversed()) {
      if (Lifting.isFree(node)) {
        if (read.contains(node.result())) {
          read.addAll(node.operands());
        }
      } else {
        node.results().stream().filter(read::contains).forEach(moved::add);
      }
    }
    return moved;
  }

  /// Whether some values of its operands make the node, or one inside of it, fail.
  private static boolean canFail(Apply node) {
    return switch (node.op()) {
      case Gather _, Scatter _, CustomOp _ -> true;
      case Reduce(ReduceFn fn, List<Integer> axes) when fn == ReduceFn.MAX || fn == ReduceFn.MIN ->
          axes.stream().anyMatch(axis -> canBeEmpty(node.operand(0).type().dim(axis)));
      case ArgReduce(_, int axis) -> canBeEmpty(node.operand(0).type().dim(axis));
      case Scan _, Cond _ ->
          node.op().innerGraphs().stream()
              .flatMap(body -> body.applies().stream())
              .anyMatch(HoistInvariants::canFail);
      default -> false;
    };
  }

  private static boolean canBeEmpty(Dim dim) {
    return dim.constant().orElse(0) < 1;
  }
}
