package arignote.rewrite.passes;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Substitution;
import arignote.ir.Variable;
import arignote.ir.op.Cond;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A conditional with no more results and captured values than are needed.
final class SmallerCond implements PruneConds.Replacement {
  private final Apply apply;

  /// What both branches give, as one value each.
  private record Outputs(Variable then, Variable otherwise) {}

  private final Map<Outputs, Integer> computed = new LinkedHashMap<>();

  /// For each result that is computed which one of the smaller conditional it is.
  private final Map<Result, Integer> positions = new LinkedHashMap<>();

  /// Results that are what comes from outside, whichever branch runs.
  private final Map<Result, Variable> passed = new LinkedHashMap<>();

  private final List<Variable> captured = new ArrayList<>();
  private final List<Input> thenInputs = new ArrayList<>();
  private final List<Input> otherwiseInputs = new ArrayList<>();

  private SmallerCond(Apply apply) {
    this.apply = apply;
  }

  static SmallerCond of(Apply apply, Cond cond, Set<Variable> read) {
    SmallerCond smaller = new SmallerCond(apply);
    smaller.results(cond, read);
    smaller.captured(cond);
    return smaller;
  }

  private void results(Cond cond, Set<Variable> read) {
    List<Result> results = apply.results().stream().filter(read::contains).toList();
    List<Variable> then = outputs(cond.then(), results);
    List<Variable> otherwise = outputs(cond.otherwise(), results);
    for (int i = 0; i < results.size(); i++) {
      Outputs outputs = new Outputs(then.get(i), otherwise.get(i));
      int input = cond.then().inputs().indexOf(outputs.then);
      if (input >= 0 && cond.otherwise().inputs().get(input) == outputs.otherwise) {
        passed.put(results.get(i), apply.operand(input + 1));
      } else if (outputs.then instanceof Constant && outputs.then == outputs.otherwise) {
        passed.put(results.get(i), outputs.then);
      } else {
        int next = computed.size();
        positions.put(results.get(i), computed.computeIfAbsent(outputs, _ -> next));
      }
    }
  }

  /// Some outputs of a branch that captures each value once, and no scalar constant.
  private List<Variable> outputs(Graph branch, List<Result> results) {
    Substitution inside = new Substitution();
    Map<Variable, Input> first = new HashMap<>();
    for (int i = 0; i < branch.inputs().size(); i++) {
      Input input = branch.inputs().get(i);
      Variable operand = apply.operand(i + 1);
      boolean literal = operand instanceof Constant && operand.type().isScalar();
      if (literal) {
        inside.put(input, operand);
      } else if (first.putIfAbsent(operand, input) != null) {
        inside.put(input, first.get(operand));
      }
    }
    return inside.apply(
        results.stream().map(result -> branch.outputs().get(result.index())).toList());
  }

  private void captured(Cond cond) {
    Set<Variable> leaves = new HashSet<>(then(List.of()).leaves());
    leaves.addAll(otherwise(List.of()).leaves());
    for (int i = 0; i < cond.then().inputs().size(); i++) {
      Input then = cond.then().inputs().get(i);
      Input otherwise = cond.otherwise().inputs().get(i);
      if (leaves.contains(then) || leaves.contains(otherwise)) {
        captured.add(apply.operand(i + 1));
        thenInputs.add(then);
        otherwiseInputs.add(otherwise);
      }
    }
  }

  private Graph then(List<Input> inputs) {
    return new Graph(inputs, computed.keySet().stream().map(Outputs::then).toList());
  }

  private Graph otherwise(List<Input> inputs) {
    return new Graph(inputs, computed.keySet().stream().map(Outputs::otherwise).toList());
  }

  boolean isSmaller() {
    return computed.size() < apply.results().size()
        || captured.size() < apply.operands().size() - 1;
  }

  @Override
  public Set<Variable> read() {
    Set<Variable> read = new HashSet<>(passed.values());
    read.addAll(captured);
    if (!computed.isEmpty()) {
      read.add(apply.operand(0));
    }
    return read;
  }

  @Override
  public void putInto(Substitution substitution) {
    passed.forEach((result, outside) -> substitution.put(result, substitution.get(outside)));
    if (!computed.isEmpty()) {
      List<Variable> operands = new ArrayList<>(List.of(substitution.get(apply.operand(0))));
      captured.forEach(operand -> operands.add(substitution.get(operand)));
      Cond smaller = new Cond(then(thenInputs), otherwise(otherwiseInputs));
      List<Result> made = Apply.of(smaller, operands, apply.site()).results();
      positions.forEach((result, position) -> substitution.put(result, made.get(position)));
    }
  }
}
