package arignote.autodiff;

import arignote.ir.Apply;
import arignote.ir.Variable;
import java.util.Optional;
import java.util.function.Supplier;

/// A node on the way back: what its rule reads, and where the rule puts what the operands get.
final class Node {
  private final Apply apply;
  private final Activity activity;
  private final Cotangents cotangents;

  Node(Apply apply, Activity activity, Cotangents cotangents) {
    this.apply = apply;
    this.activity = activity;
    this.cotangents = cotangents;
  }

  Apply apply() {
    return apply;
  }

  Variable operand(int index) {
    return apply.operand(index);
  }

  /// The only result.
  Variable result() {
    return apply.result();
  }

  /// The cotangent of the only result.
  Variable cotangent() {
    return cotangent(0).orElseThrow();
  }

  /// The cotangent of a result; none if it is zero.
  Optional<Variable> cotangent(int result) {
    return cotangents.of(apply.results().get(result));
  }

  /// Whether an operand leads to a variable that a gradient is asked for.
  boolean wants(int operand) {
    return activity.contains(apply.operand(operand));
  }

  /// Adds to an operand's cotangent, if that is wanted; else builds nothing.
  void contribute(int operand, Supplier<? extends Variable> contribution) {
    if (wants(operand)) {
      Variable added = contribution.get();
      boolean isOne = apply.results().size() == 1;
      cotangents.add(
          apply.operand(operand), isOne ? Untaken.guarded(apply, cotangent(), added) : added);
    }
  }
}
