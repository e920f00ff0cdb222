package arignote.rewrite.passes;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Substitution;
import arignote.ir.Variable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A branch in place of its conditional.
///
/// @param results those that are read
/// @param outputs of the branch, in the order of `results`
/// @param operands of the conditional by the branch's inputs
record InlinedBranch(List<Result> results, List<Variable> outputs, Map<Input, Variable> operands)
    implements PruneConds.Replacement {
  static InlinedBranch of(Apply apply, Graph branch, Set<Variable> read) {
    List<Result> results = apply.results().stream().filter(read::contains).toList();
    Map<Input, Variable> operands = new HashMap<>();
    for (int i = 0; i < branch.inputs().size(); i++) {
      operands.put(branch.inputs().get(i), apply.operand(i + 1));
    }
    return new InlinedBranch(
        results,
        results.stream().map(result -> branch.outputs().get(result.index())).toList(),
        operands);
  }

  @Override
  public Set<Variable> read() {
    Set<Variable> read = new HashSet<>();
    for (Variable leaf : new Graph(List.of(), outputs).leaves()) {
      if (operands.containsKey(leaf)) {
        read.add(operands.get(leaf));
      }
    }
    return read;
  }

  @Override
  public void putInto(Substitution substitution) {
    Substitution inside = new Substitution();
    operands.forEach((input, operand) -> inside.put(input, substitution.get(operand)));
    List<Variable> inlined = inside.apply(outputs);
    for (int i = 0; i < results.size(); i++) {
      substitution.put(results.get(i), inlined.get(i));
    }
  }
}
