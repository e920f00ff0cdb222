package arignote.rewrite.scan;

import arignote.ir.Apply;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.ir.op.Op;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Finds carries that have the same value in every step: they start as the same variable and, where
/// they are equal before a step, are computed by equal nodes.
///
/// Carries with one initial value are taken to be equal until a step tells them apart; when a round
/// over the body tells no more apart, those left together are equal by induction over the steps.
final class EqualCarries {
  private record Key(Op op, List<Integer> operands) {}

  private record Numbers(int before, int next) {}

  private EqualCarries() {}

  /// For each carry that is equal to one before it in the list, the first such.
  static Map<Input, Input> in(ScanDraft draft) {
    List<ScanDraft.Carry> carries = draft.carries();
    Map<Object, Integer> numbers = new HashMap<>();
    Map<Input, Integer> classes = new LinkedHashMap<>();
    for (ScanDraft.Carry carry : carries) {
      classes.put(carry.before(), number(carry.initial(), numbers));
    }
    int count = 0;
    while (numbers.size() > count && numbers.size() < carries.size()) {
      count = numbers.size();
      numbers = new HashMap<>();
      Map<Variable, Integer> values = valueNumbers(draft, classes);
      for (ScanDraft.Carry carry : carries) {
        int before = classes.getOrDefault(carry.before(), -1);
        int next = values.getOrDefault(carry.next(), -1);
        classes.put(carry.before(), number(new Numbers(before, next), numbers));
      }
    }
    Map<Integer, Input> first = new HashMap<>();
    Map<Input, Input> equal = new LinkedHashMap<>();
    classes.forEach((before, same) -> {
      Input representative = first.putIfAbsent(same, before);
      if (representative != null) {
        equal.put(before, representative);
      }
    });
    return equal;
  }

  private static int number(Object key, Map<Object, Integer> numbers) {
    return numbers.computeIfAbsent(key, _ -> numbers.size());
  }

  /// Equal numbers for what is equal if carries of one class are.
  private static Map<Variable, Integer> valueNumbers(ScanDraft draft, Map<Input, Integer> classes) {
    Map<Object, Integer> numbers = new HashMap<>();
    Map<Variable, Integer> values = new HashMap<>();
    // A carry counts as what its class stands for, any other leaf as itself.
    classes.forEach((before, same) -> values.put(before, number(same, numbers)));
    for (Apply node : draft.applies()) {
      for (Variable operand : node.operands()) {
        values.computeIfAbsent(operand, leaf -> number(leaf, numbers));
      }
      Key key =
          new Key(
              node.op(), node.operands().stream().map(o -> values.getOrDefault(o, -1)).toList());
      for (int i = 0; i < node.results().size(); i++) {
        values.put(node.results().get(i), number(List.of(key, i), numbers));
      }
    }
    for (Variable output : draft.outputs()) {
      values.computeIfAbsent(output, leaf -> number(leaf, numbers));
    }
    return values;
  }
}
