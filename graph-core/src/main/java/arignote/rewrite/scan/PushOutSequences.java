package arignote.rewrite.scan;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Substitution;
import arignote.ir.Variable;
import arignote.ir.op.Dot;
import arignote.ir.op.Scan;
import arignote.rewrite.Pass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Computes for all steps at once, before the loop, what depends on sequences only and pays for it:
/// products, which become one large product, and all that they need.
///
/// ```
/// %4, %5 = scan {                             %0 = reshape(%xs) : f32[B*T,K]
///   over  %x: f32[B,K] = %xs                  %1 = dot(%0, @W) : f32[B*T,D]
///   carry %h: f32[B,D] = %h0                  %2 = reshape(%1) : f32[T,B,D]
///   with  %w: f32[K,D] = @W                   %4, %5 = scan {
///   with  %u: f32[D,D] = @U           =>        over  %p: f32[B,D] = %2
///   %1 = dot(%x, %w) : f32[B,D]                 carry %h: f32[B,D] = %h0
///   %2 = dot(%h, %u) : f32[B,D]                 with  %u: f32[D,D] = @U
///   %3 = add(%1, %2) : f32[B,D]                 %3 = dot(%h, %u) : f32[B,D]
///   next  %3                                    %4 = add(%p, %3) : f32[B,D]
///   stack %3                                    next  %4
/// }                                             stack %4
///                                             }
/// ```
///
/// Elementwise ops on products stay in the loop, where they fuse with what else happens to an
/// element, unless the loop then reads less. Stacked outputs that depend on sequences only leave
/// the loop with all that they need; so a map without products ends up without a loop.
public final class PushOutSequences implements Pass {
  /// A value of more elements than this many times the largest that the loop reads or stacks is not
  /// made for all steps at once.
  private static final long GROWTH = 8;

  @Override
  public String name() {
    return "push-out-sequences";
  }

  @Override
  public Graph apply(Graph graph) {
    return Scans.rewrite(graph, PushOutSequences::push);
  }

  private static List<? extends Variable> push(Apply apply, Scan scan) {
    ScanDraft draft = new ScanDraft(apply, scan);
    List<Apply> nodes = draft.applies();
    Map<Variable, Dependence> dependences =
        Dependence.of(scan.elementInputs(), scan.carryInputs(), draft.outputs());
    Set<Apply> candidates = candidates(draft, nodes, dependences);
    List<Variable> leaving = new ArrayList<>();
    for (Variable value : draft.stacked()) {
      if (canCome(value, candidates, dependences)) {
        leaving.add(value);
      }
    }
    Set<Apply> pushed = chosen(nodes, candidates, leaving, dependences, draft.outputs());
    if (pushed.isEmpty() && leaving.isEmpty()) {
      return apply.results();
    }
    Lifting lifting = Lifting.of(draft);
    nodes.stream().filter(pushed::contains).forEach(lifting::lift);
    leaving.forEach(draft.stacked()::remove);
    Substitution inside = new Substitution();
    for (Variable value : readInside(draft, pushed)) {
      Input element = draft.sequence("pushed", lifting.allSteps(value));
      inside.put(value, element);
    }
    ScanDraft.Built built = draft.build(inside);
    List<Variable> results = new ArrayList<>();
    scan.carryInputs().forEach(before -> results.add(built.last(before)));
    Set<Variable> left = new HashSet<>(leaving);
    for (Variable value : scan.stackedOutputs()) {
      results.add(left.contains(value) ? lifting.allSteps(value) : built.history(value));
    }
    return results;
  }

  /// The nodes that could be computed for all steps at once before the loop.
  private static Set<Apply> candidates(
      ScanDraft draft, List<Apply> nodes, Map<Variable, Dependence> dependences) {
    long largest = 1;
    for (ScanDraft.Feed feed : draft.sequences()) {
      largest = Math.max(largest, Estimate.elements(feed.inside().type()));
    }
    for (Variable output : draft.outputs()) {
      largest = Math.max(largest, Estimate.elements(output.type()));
    }
    Set<Apply> candidates = new HashSet<>();
    for (Apply node : nodes) {
      boolean operandsCome =
          node.operands().stream().allMatch(operand -> canCome(operand, candidates, dependences));
      boolean same =
          node.operands().stream().allMatch(operand -> isInvariant(operand, dependences));
      boolean fits =
          Lifting.isFree(node)
              || node.op() instanceof Dot
              || (Lifting.canLift(node.op())
                  && Estimate.elements(node.result().type()) / GROWTH <= largest);
      // What is the same in every step and still inside has its reason to be: see HoistInvariants.
      if (operandsCome && (same ? Lifting.isFree(node) : fits)) {
        candidates.add(node);
      }
    }
    return candidates;
  }

  private static boolean canCome(
      Variable value, Set<Apply> candidates, Map<Variable, Dependence> dependences) {
    return value instanceof Result result
        ? candidates.contains(result.apply())
        : dependences.get(value) != Dependence.STATE;
  }

  private static boolean isInvariant(Variable value, Map<Variable, Dependence> dependences) {
    return dependences.getOrDefault(value, Dependence.INVARIANT) == Dependence.INVARIANT;
  }

  /// The candidates that go: products and leaving outputs, what they need, and what makes the loop
  /// read less.
  private static Set<Apply> chosen(
      List<Apply> nodes,
      Set<Apply> candidates,
      List<Variable> leaving,
      Map<Variable, Dependence> dependences,
      List<Variable> outputs) {
    Set<Variable> needed = new HashSet<>(leaving);
    Set<Apply> chosen = new HashSet<>();
    for (Apply node : nodes.reversed()) {
      boolean product =
          node.op() instanceof Dot
              && candidates.contains(node)
              && !isInvariant(node.result(), dependences);
      if (product || node.results().stream().anyMatch(needed::contains)) {
        chosen.add(node);
        needed.addAll(node.operands());
      }
    }
    Map<Variable, Integer> uses = new HashMap<>();
    outputs.forEach(output -> uses.merge(output, 1, Integer::sum));
    for (Apply node : nodes) {
      new HashSet<>(node.operands()).forEach(operand -> uses.merge(operand, 1, Integer::sum));
    }
    for (Apply node : nodes) {
      if (candidates.contains(node)
          && !chosen.contains(node)
          && readsLessAfter(node, chosen, dependences, uses)) {
        chosen.add(node);
        // What it needs beside products are broadcasts and the like of what is the same every step.
        addInvariantOperands(node, chosen);
      }
    }
    return chosen;
  }

  private static boolean readsLessAfter(
      Apply node,
      Set<Apply> chosen,
      Map<Variable, Dependence> dependences,
      Map<Variable, Integer> uses) {
    long saved = 0;
    for (Variable operand : new HashSet<>(node.operands())) {
      if (!isInvariant(operand, dependences)) {
        if (!(operand instanceof Result result) || !chosen.contains(result.apply())) {
          return false;
        }
        if (uses.getOrDefault(operand, 0) == 1) {
          saved += Estimate.elements(operand.type());
        }
      }
    }
    return saved > Estimate.elements(node.result().type());
  }

  private static void addInvariantOperands(Apply node, Set<Apply> chosen) {
    List<Apply> waiting = new ArrayList<>(List.of(node));
    while (!waiting.isEmpty()) {
      for (Variable operand : waiting.removeLast().operands()) {
        if (operand instanceof Result result && chosen.add(result.apply())) {
          waiting.add(result.apply());
        }
      }
    }
  }

  /// The values that were pushed out and that the rest of the loop reads, through broadcasts and
  /// the like, which stay inside beside their copies outside.
  private static List<Variable> readInside(ScanDraft draft, Set<Apply> pushed) {
    List<Apply> nodes = draft.applies();
    Set<Variable> read = new HashSet<>(draft.outputs());
    List<Variable> values = new ArrayList<>();
    for (Apply node : nodes.reversed()) {
      boolean goes = pushed.contains(node);
      if (!goes || Lifting.isFree(node)) {
        if (!goes || read.contains(node.result())) {
          read.addAll(node.operands());
        }
      } else {
        node.results().stream().filter(read::contains).forEach(values::add);
      }
    }
    return values.reversed();
  }
}
