package arignote.autodiff;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Cond;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The gradient of a conditional: a conditional with the same predicate.
///
/// ```
/// %y = cond(%p) with %x { then { ... } otherwise { ... } }          forward
/// %dx = cond(%p) with %x, %dy { then { ... } otherwise { ... } }    back
/// ```
///
/// Each branch back takes the cotangents of the results through the branch forward, whose values it
/// computes again as far as it needs them; a captured value that has no part in a branch gets zeros
/// from it. Nothing of the branch that is not taken runs, so that no infinite slope of it makes NaN
/// of zero.
final class CondVjp {
  private CondVjp() {}

  static void cond(Cond cond, Node node) {
    Apply apply = node.apply();
    List<Integer> seeded = new ArrayList<>();
    for (int i = 0; i < apply.results().size(); i++) {
      if (node.cotangent(i).isPresent()) {
        seeded.add(i);
      }
    }
    Back then = Back.of(cond.then(), node, seeded);
    Back otherwise = Back.of(cond.otherwise(), node, seeded);
    Set<Integer> contributing = new LinkedHashSet<>(then.gradients.keySet());
    contributing.addAll(otherwise.gradients.keySet());
    if (contributing.isEmpty()) {
      return;
    }
    List<Integer> order = contributing.stream().sorted().toList();
    Graph thenBack = then.graph(order);
    Graph otherwiseBack = otherwise.graph(order);
    List<Variable> outside = new ArrayList<>(apply.operands().subList(1, apply.operands().size()));
    seeded.forEach(i -> outside.add(node.cotangent(i).orElseThrow()));
    Set<Variable> used = thenBack.leaves();
    Set<Variable> usedOtherwise = otherwiseBack.leaves();
    List<Variable> operands = new ArrayList<>(List.of(apply.operand(0)));
    List<Input> inputs = new ArrayList<>();
    List<Input> inputsOtherwise = new ArrayList<>();
    for (int i = 0; i < outside.size(); i++) {
      Input input = thenBack.inputs().get(i);
      Input inputOtherwise = otherwiseBack.inputs().get(i);
      if (used.contains(input) || usedOtherwise.contains(inputOtherwise)) {
        operands.add(outside.get(i));
        inputs.add(input);
        inputsOtherwise.add(inputOtherwise);
      }
    }
    Cond back =
        new Cond(
            new Graph(inputs, thenBack.outputs()),
            new Graph(inputsOtherwise, otherwiseBack.outputs()));
    List<Result> results = Apply.of(back, operands).results();
    for (int i = 0; i < order.size(); i++) {
      Result result = results.get(i);
      node.contribute(order.get(i) + 1, () -> result);
    }
  }

  /// The way back through one branch.
  ///
  /// @param seeds the cotangents of those results that have one
  /// @param gradients what captured values get, by their number
  private record Back(Graph branch, List<Input> seeds, Map<Integer, Variable> gradients) {
    static Back of(Graph branch, Node node, List<Integer> seeded) {
      Map<Integer, Input> seeds = new LinkedHashMap<>();
      for (int i : seeded) {
        seeds.put(i, new Input("d_result" + i, branch.outputs().get(i).type()));
      }
      Map<Integer, Input> wanted = new LinkedHashMap<>();
      for (int i = 0; i < branch.inputs().size(); i++) {
        if (node.wants(i + 1)) {
          wanted.put(i, branch.inputs().get(i));
        }
      }
      Cotangents cotangents = BodyVjp.back(branch, wanted.values(), seeds);
      Map<Integer, Variable> gradients = new LinkedHashMap<>();
      wanted.forEach(
          (i, input) -> cotangents.of(input).ifPresent(gradient -> gradients.put(i, gradient)));
      return new Back(branch, List.copyOf(seeds.values()), gradients);
    }

    /// The cotangents of some captured values as a graph of the branch's inputs and the seeds.
    Graph graph(List<Integer> captured) {
      List<Input> inputs = new ArrayList<>(branch.inputs());
      inputs.addAll(seeds);
      return new Graph(
          inputs,
          captured.stream()
              .map(i ->
                  gradients.containsKey(i)
                      ? gradients.get(i)
                      : Ops.zeros(branch.inputs().get(i).type()))
              .collect(Collectors.toList()));
    }
  }
}
