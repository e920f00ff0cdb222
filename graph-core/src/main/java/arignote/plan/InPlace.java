package arignote.plan;

import arignote.ir.Apply;
import arignote.ir.Dim;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Fused;
import arignote.ir.op.Gemm;
import arignote.ir.op.Scatter;
import java.util.List;

/// Which nodes can write a result over a value that they read.
public final class InPlace {
  private static final int ADDEND = 2;

  private InPlace() {}

  /// Whether a node, if it is the last to read a value, can write one of its results where that
  /// lies: it adds a product to the value, or puts or adds rows into it, or is elementwise and
  /// reads the value only at the position that it writes.
  public static boolean mayWriteOver(Variable value, Result result, Schedule schedule) {
    Apply apply = result.apply();
    return switch (apply.op()) {
      case Gemm _ -> isOnly(ADDEND, value, apply, schedule);
      case Scatter _ -> isOnly(0, value, apply, schedule);
      default -> LoopBody.isLoop(apply.op()) && isReadInStep(value, result, schedule);
    };
  }

  /// Whether a value is this operand of a node and in the memory of no other.
  private static boolean isOnly(int operand, Variable value, Apply apply, Schedule schedule) {
    Variable memory = schedule.storage(value);
    for (int i = 0; i < apply.operands().size(); i++) {
      boolean fits =
          i == operand ? apply.operand(i) == value : schedule.storage(apply.operand(i)) != memory;
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  /// A node that reduces may read a row again after it has written some of it.
  private static boolean isReadInStep(Variable value, Result result, Schedule schedule) {
    Apply apply = result.apply();
    List<Dim> loop = LoopBody.loopType(apply).shape();
    boolean sameShape = value.type().shape().equals(loop) && result.type().shape().equals(loop);
    boolean reduces = apply.op() instanceof Fused fused && fused.reduces();
    return sameShape
        && apply.operands().stream()
            .allMatch(
                operand -> (operand == value && !reduces) || schedule.storage(operand) != value);
  }
}
