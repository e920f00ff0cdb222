package arignote.inspect;

import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Probe;
import arignote.reference.Interpreter;
import arignote.reference.Observer;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The values of all variables in all stages of a graph for one call's arguments, as the reference
/// computes them: what the optimiser has fused away has its values too.
final class RecordedValues implements Observer {
  private final Set<Apply> outermost = Collections.newSetFromMap(new IdentityHashMap<>());

  /// Of each variable that no node computes the node that reads it first, which alone counts it.
  private final Map<Variable, Apply> readers = new IdentityHashMap<>();

  private final Map<Variable, Statistics> known = new IdentityHashMap<>();

  /// Of the outermost node that is being computed. A loop that a pass has made anew contains nodes
  /// of the old one: they count once.
  private final Map<Variable, Statistics> current = new IdentityHashMap<>();

  private RecordedValues() {}

  /// Of no call.
  static RecordedValues none() {
    return new RecordedValues();
  }

  /// @param stages graphs of the same inputs, which share nodes
  /// @param arguments the values of these inputs
  /// @throws arignote.ir.EvaluationException if an op cannot compute its result
  static RecordedValues of(List<Graph> stages, List<HostTensor> arguments, Bindings bindings) {
    RecordedValues values = new RecordedValues();
    List<Input> inputs = stages.getFirst().inputs();
    List<Variable> outputs = stages.stream().flatMap(stage -> stage.outputs().stream()).toList();
    for (int i = 0; i < arguments.size(); i++) {
      values.count(inputs.get(i), arguments.get(i), values.known);
    }
    Graph all = new Graph(inputs, new ArrayList<>(outputs));
    values.outermost.addAll(all.applies());
    Interpreter.evaluate(all, arguments, bindings, values);
    return values;
  }

  @Override
  public void computed(Apply apply, List<HostTensor> operands, List<HostTensor> results) {
    for (int i = 0; i < operands.size(); i++) {
      Variable operand = apply.operand(i);
      boolean isFirst = apply.operands().indexOf(operand) == i;
      if (!(operand instanceof Result)
          && isFirst
          && readers.computeIfAbsent(operand, _ -> apply) == apply) {
        count(operand, operands.get(i), current);
      }
    }
    for (int i = 0; i < results.size(); i++) {
      count(apply.results().get(i), results.get(i), current);
    }
    if (outermost.contains(apply)) {
      known.putAll(current);
      current.clear();
    }
  }

  /// Says nothing and lets everything pass: a page about a value that fails a check is worth most.
  @Override
  public void probe(Probe probe, Apply apply, HostTensor value, boolean holds) {}

  private void count(Variable variable, HostTensor value, Map<Variable, Statistics> counted) {
    if (!known.containsKey(variable)) {
      counted.computeIfAbsent(variable, _ -> new Statistics()).add(value);
    }
  }

  boolean isEmpty() {
    return known.isEmpty();
  }

  /// What was recorded of a variable; nothing of what was not computed, in a branch not taken.
  Optional<Statistics> of(Variable variable) {
    return Optional.ofNullable(known.get(variable));
  }
}
