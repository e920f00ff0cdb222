package arignote.rewrite.scan;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Site;
import arignote.ir.Substitution;
import arignote.ir.Variable;
import arignote.ir.op.Scan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// A scan taken apart, for passes to change and put together again.
///
/// The body's nodes stay what they are until [#build], which also leaves out the sequences and
/// captured values that the body has come not to need.
final class ScanDraft {
  /// A value that enters the loop from outside: a sequence, of which `inside` is an element, or a
  /// captured value.
  record Feed(Input inside, Variable outside) {}

  /// A value handed from each step to the next.
  record Carry(Input before, Variable initial, Variable next) {}

  private final Map<Variable, Input> sequences = new LinkedHashMap<>();
  private final List<Feed> feeds = new ArrayList<>();
  private final Map<Input, Carry> carries = new LinkedHashMap<>();
  private final Map<Variable, Input> captured = new LinkedHashMap<>();
  private final List<Feed> values = new ArrayList<>();
  private final Set<Variable> stacked = new LinkedHashSet<>();
  private final Dim steps;
  private final boolean reverse;
  private final Site site;

  ScanDraft(Apply apply, Scan scan) {
    steps = scan.steps();
    reverse = scan.reverse();
    site = apply.site();
    int operand = 0;
    for (Input element : scan.elementInputs()) {
      addSequence(element, apply.operand(operand++));
    }
    for (int i = 0; i < scan.carries(); i++) {
      Input before = scan.carryInputs().get(i);
      carries.put(before, new Carry(before, apply.operand(operand++), scan.nextCarries().get(i)));
    }
    for (Input value : scan.capturedInputs()) {
      addCaptured(value, apply.operand(operand++));
    }
    stacked.addAll(scan.stackedOutputs());
  }

  Dim steps() {
    return steps;
  }

  boolean isReverse() {
    return reverse;
  }

  Site site() {
    return site;
  }

  List<Feed> sequences() {
    return List.copyOf(feeds);
  }

  List<Carry> carries() {
    return List.copyOf(carries.values());
  }

  List<Feed> captured() {
    return List.copyOf(values);
  }

  /// What is stacked, each value once.
  Set<Variable> stacked() {
    return stacked;
  }

  /// All that each step hands on: next carries, then what is stacked.
  List<Variable> outputs() {
    List<Variable> outputs = new ArrayList<>();
    carries.values().forEach(carry -> outputs.add(carry.next()));
    outputs.addAll(stacked);
    return outputs;
  }

  /// The nodes of the body, each after those it needs.
  List<Apply> applies() {
    return Graph.appliesOf(outputs());
  }

  /// The element of a sequence, which becomes one if it is not yet.
  Input sequence(String name, Variable outside) {
    Input element = sequences.get(outside);
    return element != null
        ? element
        : addSequence(new Input(name, outside.type().element()), outside);
  }

  private Input addSequence(Input element, Variable outside) {
    sequences.putIfAbsent(outside, element);
    feeds.add(new Feed(element, outside));
    return element;
  }

  /// What the body sees of a value from outside, which is captured if it is not yet.
  Input capture(String name, Variable outside) {
    Input value = captured.get(outside);
    return value != null ? value : addCaptured(new Input(name, outside.type()), outside);
  }

  private Input addCaptured(Input value, Variable outside) {
    captured.putIfAbsent(outside, value);
    values.add(new Feed(value, outside));
    return value;
  }

  void addCarry(Carry carry) {
    carries.put(carry.before(), carry);
  }

  void removeCarry(Input before) {
    carries.remove(before);
  }

  /// The scan as it is now.
  Built build() {
    return build(new Substitution());
  }

  /// The scan as it is now, its body with replacements made. What the replacements bring in must
  /// come from this draft's inputs.
  Built build(Substitution inside) {
    List<Variable> outputs = inside.apply(outputs());
    Set<Variable> needed = new Graph(List.of(), outputs).leaves();
    List<Input> inputs = new ArrayList<>();
    List<Variable> operands = new ArrayList<>();
    addNeeded(feeds, needed, inputs, operands);
    int sequenceCount = inputs.size();
    for (Carry carry : carries.values()) {
      inputs.add(carry.before());
      operands.add(carry.initial());
    }
    addNeeded(values, needed, inputs, operands);
    Scan scan = new Scan(new Graph(inputs, outputs), sequenceCount, carries.size(), steps, reverse);
    Apply apply = Apply.of(scan, operands, site);
    Map<Variable, Variable> last = new HashMap<>();
    int result = 0;
    for (Input before : carries.keySet()) {
      last.put(before, apply.results().get(result++));
    }
    Map<Variable, Variable> history = new HashMap<>();
    for (Variable value : stacked) {
      history.put(value, apply.results().get(result++));
    }
    return new Built(last, history);
  }

  private static void addNeeded(
      List<Feed> feeds, Set<Variable> needed, List<Input> inputs, List<Variable> operands) {
    for (Feed feed : feeds) {
      if (needed.contains(feed.inside())) {
        inputs.add(feed.inside());
        operands.add(feed.outside());
      }
    }
  }

  /// The results of a scan put together, by what they were in the draft.
  record Built(Map<Variable, Variable> lastByCarry, Map<Variable, Variable> historyByValue) {
    /// A carry after the last step.
    Variable last(Input before) {
      return Objects.requireNonNull(lastByCarry.get(before), "no such carry");
    }

    /// The values of all steps of what the draft stacked.
    Variable history(Variable inside) {
      return Objects.requireNonNull(historyByValue.get(inside), "not stacked");
    }

    /// What takes the place of the results of the scan that was taken apart, all carries and
    /// stacked outputs of which are still there.
    List<Variable> resultsOf(Scan old) {
      List<Variable> results = new ArrayList<>();
      old.carryInputs().forEach(before -> results.add(last(before)));
      old.stackedOutputs().forEach(value -> results.add(history(value)));
      return results;
    }
  }
}
