package arignote.ir;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A closed piece of an expression graph: every [Input] that the outputs depend on is listed.
///
/// Equality is that of the lists, variables by identity: two graphs that compute the same with
/// different nodes differ.
public record Graph(List<Input> inputs, List<Variable> outputs) {
  public Graph {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /// All nodes that the outputs depend on, each after those it needs; the same order every time.
  public List<Apply> applies() {
    return appliesOf(outputs);
  }

  /// All nodes that some variables depend on, each after those it needs.
  public static List<Apply> appliesOf(List<? extends Variable> variables) {
    List<Apply> ordered = new ArrayList<>();
    Set<Apply> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Visit> stack = new ArrayDeque<>();
    for (Variable variable : variables) {
      if (variable instanceof Result result && seen.add(result.apply())) {
        stack.push(new Visit(result.apply()));
      }
      while (!stack.isEmpty()) {
        Visit visit = stack.peek();
        if (visit.nextOperand == visit.apply.operands().size()) {
          ordered.add(visit.apply);
          stack.pop();
        } else if (visit.apply.operand(visit.nextOperand++) instanceof Result operand
            && seen.add(operand.apply())) {
          stack.push(new Visit(operand.apply()));
        }
      }
    }
    return ordered;
  }

  /// A node whose operands are being visited.
  private static final class Visit {
    final Apply apply;
    int nextOperand;

    Visit(Apply apply) {
      this.apply = apply;
    }
  }

  /// All variables that the outputs depend on and that no node computes, outputs included, in order
  /// of first use.
  public Set<Variable> leaves() {
    Set<Variable> leaves = new LinkedHashSet<>();
    for (Apply apply : applies()) {
      for (Variable operand : apply.operands()) {
        if (!(operand instanceof Result)) {
          leaves.add(operand);
        }
      }
    }
    for (Variable output : outputs) {
      if (!(output instanceof Result)) {
        leaves.add(output);
      }
    }
    return leaves;
  }

  /// All shared variables that the outputs depend on, in order of first use.
  public List<Shared> shared() {
    return leaves().stream().filter(Shared.class::isInstance).map(Shared.class::cast).toList();
  }
}
