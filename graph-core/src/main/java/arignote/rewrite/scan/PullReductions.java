package arignote.rewrite.scan;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.ir.op.Scan;
import arignote.rewrite.Pass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Takes sums over steps out of the loop: a carry that each step only adds to becomes one sum over
/// all steps, one product where the terms are products.
///
/// ```
/// %7, %8 = scan {                             %7 = scan { ... stack %dz }
///   over  %x: f32[B,M] = %xs                  %1 = reshape(%xs) : f32[B*T,M]
///   carry %dw: f32[M,N] = %0                  %2 = transpose(%1) : f32[M,B*T]
///   carry %db: f32[N] = %0                    %3 = reshape(%7) : f32[B*T,N]
///   ...                                =>     %4 = dot(%2, %3) : f32[M,N]
///   %1 = transpose(%x) : f32[M,B]             %5 = sum(%7) {axes=[0,1]} : f32[N]
///   %2 = dot(%1, %dz) : f32[M,N]
///   %3 = add(%dw, %2)
///   %4 = sum(%dz) {axes=[0]}
///   %5 = add(%db, %4)
///   next %3, %5
/// }
/// ```
///
/// Factors are stacked if they do not come in as sequences, unless that takes far more memory than
/// the loop stacks anyway.
public final class PullReductions implements Pass {
  @Override
  public String name() {
    return "pull-reductions";
  }

  @Override
  public Graph apply(Graph graph) {
    return Scans.rewrite(graph, PullReductions::pull);
  }

  private static List<? extends Variable> pull(Apply apply, Scan scan) {
    ScanDraft draft = new ScanDraft(apply, scan);
    Map<Variable, Dependence> dependences =
        Dependence.of(scan.elementInputs(), scan.carryInputs(), draft.outputs());
    Histories histories = new Histories(draft, dependences);
    List<Accumulator> found = Accumulator.in(draft);
    if (found.isEmpty()) {
      return apply.results();
    }
    StepSums sums = new StepSums(draft, found, dependences, histories);
    List<Accumulator> pulled = new ArrayList<>();
    // What one sum stacks, another can use: products first.
    for (boolean products : new boolean[] {true, false}) {
      for (Accumulator accumulator : found) {
        if (sums.holdsProduct(accumulator.terms()) == products
            && sums.isWorthwhile(accumulator.terms())) {
          sums.want(accumulator.terms());
          pulled.add(accumulator);
        }
      }
    }
    if (pulled.isEmpty()) {
      return apply.results();
    }
    pulled.forEach(accumulator -> draft.removeCarry(accumulator.carry().before()));
    histories.stack();
    ScanDraft.Built built = draft.build();
    Lifting lifting = histories.after(built);
    Map<Input, Variable> last = new HashMap<>();
    for (Accumulator accumulator : pulled) {
      last.put(
          accumulator.carry().before(),
          draft.site().during(() -> accumulator.total(term -> sums.total(term, lifting))));
    }
    List<Variable> results = new ArrayList<>();
    for (Input before : scan.carryInputs()) {
      Variable total = last.get(before);
      results.add(total != null ? total : built.last(before));
    }
    scan.stackedOutputs().forEach(value -> results.add(built.history(value)));
    return results;
  }
}
