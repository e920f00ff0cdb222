package arignote.rewrite.scan;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Variable;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a value inside a loop depends on, the weakest first.
public enum Dependence {
  /// Captured values and constants only: the same in every step.
  INVARIANT,
  /// Elements of sequences too: known for all steps before the loop starts.
  SEQUENCE,
  /// Carries, or what was computed from them: known when the step has come.
  STATE;

  /// The stronger of two.
  public Dependence and(Dependence other) {
    return compareTo(other) >= 0 ? this : other;
  }

  /// The dependence of every value that a body computes.
  ///
  /// @param elements the inputs that are elements of sequences
  /// @param carries the inputs that are carries; all others are captured
  public static Map<Variable, Dependence> of(
      Collection<Input> elements, Collection<Input> carries, List<? extends Variable> outputs) {
    Map<Variable, Dependence> dependences = new HashMap<>();
    elements.forEach(element -> dependences.put(element, SEQUENCE));
    carries.forEach(carry -> dependences.put(carry, STATE));
    for (Apply apply : Graph.appliesOf(outputs)) {
      Dependence strongest = INVARIANT;
      for (Variable operand : apply.operands()) {
        strongest = strongest.and(dependences.getOrDefault(operand, INVARIANT));
      }
      Dependence dependence = strongest;
      apply.results().forEach(result -> dependences.put(result, dependence));
    }
    return dependences;
  }
}
