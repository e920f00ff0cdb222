package arignote.rewrite.scan;

import arignote.ir.Apply;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Scan;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What of a scan has a part in those of its results that are read.
///
/// @param inputs the body's inputs
/// @param stacked the values to stack, each once
record NeededParts(Set<Input> inputs, Set<Variable> stacked) {
  static NeededParts of(Apply apply, Scan scan, Set<Variable> read) {
    Map<Variable, Variable> nexts = new HashMap<>();
    Deque<Variable> waiting = new ArrayDeque<>();
    Set<Input> inputs = new HashSet<>();
    for (int i = 0; i < scan.carries(); i++) {
      Input before = scan.carryInputs().get(i);
      nexts.put(before, scan.nextCarries().get(i));
      if (read.contains(apply.results().get(i))) {
        inputs.add(before);
        waiting.add(scan.nextCarries().get(i));
      }
    }
    Set<Variable> stacked = new LinkedHashSet<>();
    List<Variable> outputs = scan.stackedOutputs();
    for (int i = 0; i < outputs.size(); i++) {
      if (read.contains(apply.results().get(scan.carries() + i))) {
        stacked.add(outputs.get(i));
      }
    }
    waiting.addAll(stacked);
    Set<Apply> seen = new HashSet<>();
    while (!waiting.isEmpty()) {
      Variable value = waiting.remove();
      if (value instanceof Input input && inputs.add(input) && nexts.containsKey(input)) {
        waiting.add(nexts.get(input));
      } else if (value instanceof Result result && seen.add(result.apply())) {
        waiting.addAll(result.apply().operands());
      }
    }
    return new NeededParts(inputs, stacked);
  }
}
