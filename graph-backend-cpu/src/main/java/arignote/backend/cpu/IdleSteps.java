package arignote.backend.cpu;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cond;
import arignote.ir.op.Fill;
import arignote.ir.op.Fused;
import arignote.ir.op.Op;
import arignote.ir.op.Reshape;
import arignote.ir.op.Scan;
import arignote.ir.op.Transpose;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The steps of a scan that leave everything as it is: those behind the last step of a loop
/// `until`, and in its gradient those before the first.
///
/// Such a scan has conditionals on a bool, a carry or an element of a sequence. If that is true,
/// each carry stays the same, perhaps with zero added, and what the step stacks does not depend on
/// its elements: after one such step the next one would do the same once more.
///
/// ```
/// carry %s: f32[B] = %0
/// carry %ended: bool = %1
/// %2, %3 = cond(%ended) {
///   then { yield %s, %ended } otherwise { ... }
/// }
/// next %2, %3
/// stack %2
/// ```
///
/// @param predicate the body's input that says that a step is idle
/// @param lasting whether all steps behind an idle one are idle
record IdleSteps(Input predicate, boolean lasting) {
  /// What a value is in an idle step.
  ///
  /// @param variable the one that it is always equal to
  /// @param varies whether it may depend on elements of sequences
  private record Value(Variable variable, boolean varies, boolean isZero) {}

  /// The idle steps of a scan, if it has any that need not run.
  static Optional<IdleSteps> of(Scan scan) {
    return scan.body().applies().stream()
        .filter(node -> node.op() instanceof Cond)
        .map(node -> node.operand(0))
        .distinct()
        .filter(predicate -> isOfStep(scan, predicate))
        .map(Input.class::cast)
        .filter(predicate -> isIdle(scan, predicate))
        .findFirst()
        .map(predicate -> new IdleSteps(predicate, scan.carryInputs().contains(predicate)));
  }

  private static boolean isOfStep(Scan scan, Variable predicate) {
    int index = scan.body().inputs().indexOf(predicate);
    return index >= 0 && index < scan.sequences() + scan.carries();
  }

  private static boolean isIdle(Scan scan, Input predicate) {
    Map<Variable, Value> values = new IdentityHashMap<>();
    for (Input input : scan.body().inputs()) {
      boolean isElement = scan.elementInputs().contains(input);
      values.put(input, new Value(input, isElement && input != predicate, false));
    }
    if (!compute(scan.body(), predicate, values)) {
      return false;
    }
    for (int i = 0; i < scan.carries(); i++) {
      Input before = scan.carryInputs().get(i);
      Variable after = valueOf(scan.nextCarries().get(i), values).variable;
      if (after != before && !(before == predicate && isTrue(after))) {
        return false;
      }
    }
    return scan.stackedOutputs().stream().noneMatch(value -> valueOf(value, values).varies);
  }

  private static boolean isTrue(Variable variable) {
    return variable instanceof Constant constant
        && constant.type().dtype() == DType.BOOL
        && constant.type().isScalar()
        && constant.value().getLong(0) != 0;
  }

  private static Value valueOf(Variable variable, Map<Variable, Value> values) {
    return switch (variable) {
      case Constant constant -> new Value(constant, false, isZero(constant));
      case Shared shared -> new Value(shared, false, false);
      case Input _, Result _ -> Objects.requireNonNull(values.get(variable));
    };
  }

  private static boolean isZero(Constant constant) {
    return constant.type().dtype().isNumeric()
        && constant.value().size() == 1
        && constant.value().getDouble(0) == 0;
  }

  /// Notes what the nodes of a graph make in an idle step. False if one of them may fail, or do
  /// something besides.
  private static boolean compute(Graph graph, Input predicate, Map<Variable, Value> values) {
    for (Apply node : graph.applies()) {
      Optional<Graph> inside = taken(node, predicate, values);
      if (inside.isEmpty()) {
        if (ProgramPreparation.mayFail(node)) {
          return false;
        }
        node.results().forEach(result -> values.put(result, made(node, result, values)));
        continue;
      }
      int first = node.operands().size() - inside.get().inputs().size();
      for (int i = 0; i < inside.get().inputs().size(); i++) {
        values.put(inside.get().inputs().get(i), valueOf(node.operand(first + i), values));
      }
      if (!compute(inside.get(), predicate, values)) {
        return false;
      }
      for (int i = 0; i < node.results().size(); i++) {
        values.put(node.results().get(i), valueOf(inside.get().outputs().get(i), values));
      }
    }
    return true;
  }

  /// The graph inside of a node that runs in an idle step, if it is known.
  private static Optional<Graph> taken(Apply node, Input predicate, Map<Variable, Value> values) {
    return switch (node.op()) {
      case Cond cond when valueOf(node.operand(0), values).variable == predicate ->
          Optional.of(cond.then());
      case Fused fused -> Optional.of(fused.body());
      default -> Optional.empty();
    };
  }

  private static Value made(Apply node, Result result, Map<Variable, Value> values) {
    List<Value> operands = new ArrayList<>();
    node.operands().forEach(operand -> operands.add(valueOf(operand, values)));
    Op op = node.op();
    if (op.equals(new Binary(BinaryFn.ADD)) && operands.get(0).isZero) {
      return operands.get(1);
    }
    boolean isSum = op.equals(new Binary(BinaryFn.ADD)) || op.equals(new Binary(BinaryFn.SUB));
    if (isSum && operands.get(1).isZero) {
      return operands.get(0);
    }
    boolean isMove = op instanceof Broadcast || op instanceof Reshape || op instanceof Transpose;
    boolean isZero =
        isMove ? operands.getFirst().isZero : op instanceof Fill(double fill, _) && fill == 0;
    return new Value(result, operands.stream().anyMatch(Value::varies), isZero);
  }
}
