package arignote.rewrite.rules;

import arignote.ir.Apply;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Gather;
import arignote.ir.op.Op;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Reshape;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import java.util.ArrayDeque;
import java.util.Deque;

/// What the rules on softmax and its logarithm ask.
final class Exponentials {
  /// So many nodes are looked at; what the rules build themselves is smaller.
  private static final int NODES = 12;

  private Exponentials() {}

  /// Whether a variable is sums of exponentials, or some of such sums, or copies of them.
  static boolean areSums(Variable variable) {
    Variable sums = variable;
    for (int nodes = 0; nodes < NODES && sums instanceof Result result; nodes++) {
      Op op = result.apply().op();
      if (op instanceof Reduce(var fn, _)) {
        return fn == ReduceFn.SUM
            && result.apply().operand(0) instanceof Result terms
            && terms.apply().op().equals(new Unary(UnaryFn.EXP));
      }
      if (!isView(op)) {
        return false;
      }
      sums = result.apply().operand(0);
    }
    return false;
  }

  private static boolean isView(Op op) {
    return switch (op) {
      case Broadcast _, Reshape _, Transpose _, Slice _, Gather _ -> true;
      default -> false;
    };
  }

  /// Whether a variable is a difference from something computed of a maximum (or a minimum, which a
  /// maximum of negated elements becomes) by nothing but views and elementwise ops.
  static boolean areShifted(Variable variable) {
    if (!(variable instanceof Result result)
        || !result.apply().op().equals(new Binary(BinaryFn.SUB))) {
      return false;
    }
    Deque<Variable> waiting = new ArrayDeque<>();
    waiting.add(result.apply().operand(1));
    for (int nodes = 0; nodes < NODES && !waiting.isEmpty(); nodes++) {
      if (waiting.remove() instanceof Result shift) {
        Apply apply = shift.apply();
        if (apply.op() instanceof Reduce(var fn, _) && (fn == ReduceFn.MAX || fn == ReduceFn.MIN)) {
          return true;
        }
        if (isView(apply.op()) || OpGroup.ELEMENTWISE.contains(apply.op())) {
          waiting.addAll(apply.operands());
        }
      }
    }
    return false;
  }
}
