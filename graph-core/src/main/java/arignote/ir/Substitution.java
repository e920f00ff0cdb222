package arignote.ir;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Rebuilds expressions with some variables replaced by others: Theano's `clone` with replacements,
/// and the way a pass makes its new graph. Nodes that nothing changes for are kept as they are.
public final class Substitution {
  private final Map<Variable, Variable> replacements = new IdentityHashMap<>();

  /// Replaces `from`, wherever it is used, by `to`, which is taken as it is.
  ///
  /// @throws TypeException if the types differ
  public Substitution put(Variable from, Variable to) {
    if (!from.type().equals(to.type())) {
      throw new TypeException(
          "substitution: cannot replace a variable of type %s by one of type %s"
              .formatted(from.type(), to.type()));
    }
    replacements.put(from, to);
    return this;
  }

  /// What stands for a variable of the old graph so far; the variable itself if nothing does.
  public Variable get(Variable variable) {
    return replacements.getOrDefault(variable, variable);
  }

  /// Whether something was put, or made, in place of `variable`.
  public boolean replaces(Variable variable) {
    return replacements.containsKey(variable);
  }

  /// The node's op applied to what its operands became; the node itself if they are the same.
  public Apply rebuild(Apply apply) {
    List<Variable> operands = new ArrayList<>(apply.operands().size());
    boolean changed = false;
    for (Variable operand : apply.operands()) {
      Variable replaced = get(operand);
      changed |= replaced != operand;
      operands.add(replaced);
    }
    if (!changed) {
      return apply;
    }
    Apply rebuilt = Apply.of(apply.op(), operands, apply.site());
    putResults(apply, rebuilt);
    return rebuilt;
  }

  /// Replaces each result of one node by that of another.
  public void putResults(Apply from, Apply to) {
    for (int i = 0; i < from.results().size(); i++) {
      put(from.results().get(i), to.results().get(i));
    }
  }

  /// The variables with every replacement made, in all they depend on.
  public List<Variable> apply(List<? extends Variable> variables) {
    for (Apply apply : Graph.appliesOf(variables)) {
      if (!apply.results().stream().allMatch(this::replaces)) {
        Map<Variable, Variable> fixed = new IdentityHashMap<>();
        for (Result result : apply.results()) {
          if (replaces(result)) {
            fixed.put(result, get(result));
          }
        }
        rebuild(apply);
        replacements.putAll(fixed);
      }
    }
    return variables.stream().map(this::get).toList();
  }

  /// The graph with every replacement made; the same instance if nothing changed. Inputs that are
  /// replaced by inputs are replaced in the list too.
  public Graph apply(Graph graph) {
    List<Variable> outputs = apply(graph.outputs());
    List<Input> inputs =
        graph.inputs().stream()
            .map(input -> get(input) instanceof Input replaced ? replaced : input)
            .toList();
    return outputs.equals(graph.outputs()) && inputs.equals(graph.inputs())
        ? graph
        : new Graph(inputs, outputs);
  }
}
