package arignote.rewrite.passes;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Graph;
import arignote.ir.Substitution;
import arignote.ir.Variable;
import arignote.ir.op.Cond;
import arignote.rewrite.InnerGraphs;
import arignote.rewrite.Pass;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Takes out of conditionals what they can do without: results that nobody reads, that are there
/// twice, or that are the same captured value whichever branch runs; captured values that no branch
/// needs any more, that are there twice, or that are scalar constants. Where it is known which
/// branch runs, or both are the same, that branch takes the conditional's place.
///
/// ```
/// %0, %1, %2 = cond(%p) {                  %0 = cond(%p) {
///   with %x: f32[B] = %x                     with %x: f32[B] = %x
///   with %y: f32[B] = %y                     then {
///   with %z: f32[B] = %x                       %1 = exp(%x) : f32[B]
///   then {                                     yield %1
///     %3 = exp(%z) : f32[B]                  } otherwise {
///     %4 = sin(%y) : f32[B]                    yield %x
///     yield %3, %4, %y            =>         }
///   } otherwise {                          } : f32[B]
///     yield %x, %x, %y                     return %0, %y
///   }
/// } : f32[B], f32[B], f32[B]
/// return %0, %2
///
/// %0 = constant {value=true} : bool
/// %1 = cond(%0) {
///   with %x: f32[B] = %x                   %0 = exp(%x) : f32[B]
///   then {                         =>      return %0
///     %2 = exp(%x) : f32[B]
///     yield %2
///   } otherwise {
///     yield %x
///   }
/// } : f32[B]
/// return %1
/// ```
///
/// That both branches are the same is seen once [MergeDuplicates] has made one graph of them.
public final class PruneConds implements Pass {
  @Override
  public String name() {
    return "prune-conds";
  }

  @Override
  public Graph apply(Graph graph) {
    Graph before;
    Graph after = graph;
    do {
      before = after;
      // What an inner conditional no longer captures, its outer one need not capture in the next
      // round.
      after = InnerGraphs.rewriteOutermost(prune(before), this::apply);
    } while (!after.equals(before));
    return after;
  }

  /// What takes the place of a conditional.
  sealed interface Replacement permits InlinedBranch, SmallerCond {
    /// The variables outside that it needs.
    Set<Variable> read();

    /// Puts it in place of the conditional's results, as far as these are read.
    void putInto(Substitution substitution);
  }

  /// Prunes the graph's own conditionals.
  private static Graph prune(Graph graph) {
    Map<Apply, Replacement> replacements = replacements(graph);
    if (replacements.isEmpty()) {
      return graph;
    }
    Substitution substitution = new Substitution();
    for (Apply apply : graph.applies()) {
      Replacement replacement = replacements.get(apply);
      if (replacement == null) {
        substitution.rebuild(apply);
      } else {
        replacement.putInto(substitution);
      }
    }
    return substitution.apply(graph);
  }

  /// What becomes of the conditionals that something reads, if they do not stay as they are.
  private static Map<Apply, Replacement> replacements(Graph graph) {
    Set<Variable> read = new HashSet<>(graph.outputs());
    Map<Apply, Replacement> replacements = new HashMap<>();
    for (Apply apply : graph.applies().reversed()) {
      if (apply.results().stream().noneMatch(read::contains)) {
        continue;
      }
      Optional<Replacement> replacement =
          apply.op() instanceof Cond cond ? replacement(apply, cond, read) : Optional.empty();
      replacement.ifPresent(made -> replacements.put(apply, made));
      read.addAll(
          replacement.map(Replacement::read).orElseGet(() -> new HashSet<>(apply.operands())));
    }
    return replacements;
  }

  private static Optional<Replacement> replacement(Apply apply, Cond cond, Set<Variable> read) {
    if (apply.operand(0) instanceof Constant predicate) {
      Graph taken = predicate.value().item() != 0 ? cond.then() : cond.otherwise();
      return Optional.of(InlinedBranch.of(apply, taken, read));
    }
    if (cond.then().equals(cond.otherwise())) {
      return Optional.of(InlinedBranch.of(apply, cond.then(), read));
    }
    SmallerCond smaller = SmallerCond.of(apply, cond, read);
    return smaller.isSmaller() ? Optional.of(smaller) : Optional.empty();
  }
}
