package arignote.rewrite.rules;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Broadcast;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// What is done to every copy of a tensor alike is done once, before the copying.
///
/// ```
/// %0 = broadcast(%b) {shape=[B,C]} : f32[B,C]     =>     %0 = tanh(%b) : f32[C]
/// %1 = tanh(%0) : f32[B,C]                               %1 = broadcast(%0) {shape=[B,C]} : f32[B,C]
/// ```
final class BroadcastLast implements CodedRule {
  @Override
  public Optional<Variable> rewrite(Match match, Construction make) {
    Apply root = match.root();
    if (root.operands().stream().allMatch(operand -> sourceOf(operand) == operand)) {
      return Optional.empty();
    }
    List<Dim> shape = root.result().type().shape();
    List<Dim> before = List.of();
    boolean copied = false;
    for (Variable operand : root.operands()) {
      if (Splat.valueOf(operand).isEmpty()) {
        Variable source = sourceOf(operand);
        copied |= source != operand;
        before = common(before, source.type().shape());
      }
    }
    if (!copied || before.equals(shape)) {
      return Optional.empty();
    }
    List<Variable> operands = new ArrayList<>();
    for (Variable operand : root.operands()) {
      OptionalDouble value = Splat.valueOf(operand);
      operands.add(
          value.isPresent()
              ? make.literal(value.getAsDouble(), new TensorType(operand.type().dtype(), before))
              : make.broadcast(sourceOf(operand), before));
    }
    return Optional.of(make.broadcast(make.apply(root.op(), operands), shape));
  }

  private static Variable sourceOf(Variable variable) {
    return variable instanceof Result result && result.apply().op() instanceof Broadcast
        ? result.apply().operand(0)
        : variable;
  }

  /// The shape that both fit by broadcasting, which is known to exist.
  private static List<Dim> common(List<Dim> left, List<Dim> right) {
    List<Dim> longer = left.size() >= right.size() ? left : right;
    List<Dim> shorter = left.size() >= right.size() ? right : left;
    List<Dim> common = new ArrayList<>(longer);
    int added = longer.size() - shorter.size();
    for (int axis = 0; axis < shorter.size(); axis++) {
      if (common.get(added + axis).is(1)) {
        common.set(added + axis, shorter.get(axis));
      }
    }
    return common;
  }
}
