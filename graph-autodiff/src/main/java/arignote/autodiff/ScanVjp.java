package arignote.autodiff;

import arignote.ir.Apply;
import arignote.ir.Closure;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Substitution;
import arignote.ir.Variable;
import arignote.ir.op.Scan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// The gradient of a scan: a scan in the opposite direction.
///
/// ```
/// %s, %y = scan over %x carry %h with %w          forward
///   %s', %e = scan over %x carry %h with %w       the same again, stacking residuals %e as well
///   %dh, %dw, %dx = scan reverse over %x, %e, %dy carry %ds, 0 with %w
/// ```
///
/// A step back sees the element of its step, the residuals that the step forward stacked, and the
/// cotangents of what that step stacked. Its carries are the cotangents of the carries, which end
/// as those of the initial ones, and a sum for each captured value, to which each step adds.
/// Cotangents of sequences are stacked. What does not lead to a variable that a gradient is asked
/// for, or has a cotangent of zero, has no part in it.
///
/// The scan that stacks residuals has the operands, the body's inputs and the first outputs of the
/// original one, so that a pass can tell that they are one loop; see [Residuals] for what it
/// stacks.
final class ScanVjp {
  private final Scan scan;
  private final Node node;
  private final Activity activity;

  /// What is known of the step back, by its inputs: the sequences it is over, the initial values of
  /// its carries, what the carries become, and what it stacks, by number of the sequence.
  private final Map<Input, Variable> sequences = new LinkedHashMap<>();

  private final Map<Input, Variable> initials = new LinkedHashMap<>();
  private final List<Variable> nexts = new ArrayList<>();
  private final Map<Integer, Variable> stacked = new LinkedHashMap<>();

  private ScanVjp(Scan scan, Node node) {
    this.scan = scan;
    this.node = node;
    this.activity = Activity.ofBody(scan, node::wants, Activity.Paths.VARIED);
  }

  static void scan(Scan scan, Node node) {
    new ScanVjp(scan, node).differentiate();
  }

  private void differentiate() {
    List<Integer> results =
        IntStream.range(0, node.apply().results().size())
            .filter(i -> node.cotangent(i).isPresent())
            .boxed()
            .toList();
    Set<Variable> reached = activity.reachedInBody(scan, results);
    Cotangents cotangents = new Cotangents();
    Map<Integer, Input> sums = seedCaptured(reached, cotangents);
    Map<Integer, Input> carries = seedCarries(reached, cotangents);
    seedStacked(cotangents);
    ReversePass.run(scan.body().applies(), activity, cotangents);
    carries.forEach((i, _) -> {
      Input carry = scan.carryInputs().get(i);
      nexts.add(cotangents.of(carry).orElseGet(() -> Ops.zeros(carry.type())));
    });
    // A sum that nothing was added to is a cotangent of zero.
    sums.entrySet().removeIf(entry -> cotangent(entry.getKey(), cotangents) == entry.getValue());
    sums.forEach((i, sum) -> {
      initials.put(sum, Ops.zeros(sum.type()));
      nexts.add(cotangent(i, cotangents));
    });
    for (int i = 0; i < scan.sequences(); i++) {
      Input element = scan.elementInputs().get(i);
      if (activity.contains(element) && cotangents.has(element)) {
        stacked.put(i, cotangents.of(element).orElseThrow());
      }
    }
    boolean wanted =
        !sums.isEmpty()
            || !stacked.isEmpty()
            || carries.keySet().stream().anyMatch(i -> node.wants(scan.sequences() + i));
    if (wanted) {
      contribute(backward(), List.copyOf(carries.keySet()), List.copyOf(sums.keySet()));
    }
  }

  private Variable cotangent(int captured, Cotangents cotangents) {
    return cotangents.of(scan.capturedInputs().get(captured)).orElseThrow();
  }

  /// A carry of the step back for each carry that a cotangent reaches.
  private Map<Integer, Input> seedCarries(Set<Variable> reached, Cotangents cotangents) {
    Map<Integer, Input> carries = new LinkedHashMap<>();
    for (int i = 0; i < scan.carries(); i++) {
      Input carry = scan.carryInputs().get(i);
      if (reached.contains(carry)) {
        Input input = new Input("d_" + carry.name(), carry.type());
        carries.put(i, input);
        initials.put(input, node.cotangent(i).orElseGet(() -> Ops.zeros(carry.type())));
        cotangents.add(scan.nextCarries().get(i), input);
      }
    }
    return carries;
  }

  private void seedStacked(Cotangents cotangents) {
    for (int i = 0; i < scan.stackedOutputs().size(); i++) {
      Variable output = scan.stackedOutputs().get(i);
      Optional<Variable> cotangent = node.cotangent(scan.carries() + i);
      if (cotangent.isPresent() && activity.contains(output)) {
        Input input = new Input("d_stacked" + i, output.type());
        sequences.put(input, cotangent.get());
        cotangents.add(output, input);
      }
    }
  }

  /// A sum for each captured value. It is what the value's cotangent starts from, so that every use
  /// of the value adds to it in turn: `add(add(sum, dot(...)), dot(...))`.
  private Map<Integer, Input> seedCaptured(Set<Variable> reached, Cotangents cotangents) {
    Map<Integer, Input> sums = new LinkedHashMap<>();
    for (int i = 0; i < scan.capturedInputs().size(); i++) {
      Input captured = scan.capturedInputs().get(i);
      if (reached.contains(captured)) {
        Input input = new Input("d_" + captured.name(), captured.type());
        sums.put(i, input);
        cotangents.add(captured, input);
      }
    }
    return sums;
  }

  /// The scan of the steps back.
  private Apply backward() {
    List<Variable> gradients = new ArrayList<>(nexts);
    gradients.addAll(stacked.values());
    List<Input> placeholders = new ArrayList<>(sequences.keySet());
    placeholders.addAll(initials.keySet());
    Substitution readBack = readBack(new Residuals(scan, gradients, placeholders));
    List<Variable> outputs = readBack.apply(gradients);
    Set<Variable> used = new Graph(List.of(), outputs).leaves();
    sequences.keySet().retainAll(used);
    List<Input> inputs = new ArrayList<>(sequences.keySet());
    inputs.addAll(initials.keySet());
    Closure closure = Closure.of(inputs, outputs);
    Substitution outside = new Substitution();
    for (int i = 0; i < scan.capturedInputs().size(); i++) {
      outside.put(
          scan.capturedInputs().get(i), node.operand(scan.sequences() + scan.carries() + i));
    }
    List<Variable> operands = new ArrayList<>(sequences.values());
    operands.addAll(initials.values());
    operands.addAll(outside.apply(closure.captured()));
    return Apply.of(
        new Scan(closure.graph(), sequences.size(), initials.size(), scan.steps(), !scan.reverse()),
        operands);
  }

  /// Makes elements, what the scan stacks, and residuals sequences of the scan of the steps back,
  /// and replaces the variables of the body by its elements.
  private Substitution readBack(Residuals residuals) {
    Substitution substitution = new Substitution();
    for (int i = 0; i < scan.sequences(); i++) {
      Input element = scan.elementInputs().get(i);
      read(element, element.name(), node.operand(i), substitution);
    }
    List<Variable> outputs = scan.stackedOutputs();
    List<Result> results = node.apply().results();
    for (int i = 0; i < outputs.size(); i++) {
      if (residuals.varies(outputs.get(i))) {
        read(outputs.get(i), "stacked" + i, results.get(scan.carries() + i), substitution);
      }
    }
    List<Variable> kept = residuals.kept();
    if (!kept.isEmpty()) {
      List<Variable> augmented = new ArrayList<>(scan.body().outputs());
      augmented.addAll(kept);
      Graph body = new Graph(scan.body().inputs(), augmented);
      Scan stacking =
          new Scan(body, scan.sequences(), scan.carries(), scan.steps(), scan.reverse());
      List<Result> all = Apply.of(stacking, node.apply().operands()).results();
      for (int i = 0; i < kept.size(); i++) {
        String name = kept.get(i) instanceof Input input ? input.name() : "residual" + i;
        read(kept.get(i), name, all.get(results.size() + i), substitution);
      }
    }
    return substitution;
  }

  private void read(Variable inBody, String name, Variable sequence, Substitution substitution) {
    if (!substitution.replaces(inBody)) {
      Input input = new Input(name, inBody.type());
      sequences.put(input, sequence);
      substitution.put(inBody, input);
    }
  }

  private void contribute(Apply backward, List<Integer> carries, List<Integer> sums) {
    List<Result> results = backward.results();
    int next = 0;
    for (int carry : carries) {
      Result result = results.get(next++);
      node.contribute(scan.sequences() + carry, () -> result);
    }
    for (int sum : sums) {
      Result result = results.get(next++);
      node.contribute(scan.sequences() + scan.carries() + sum, () -> result);
    }
    for (int sequence : stacked.keySet()) {
      Result result = results.get(next++);
      node.contribute(sequence, () -> result);
    }
  }
}
