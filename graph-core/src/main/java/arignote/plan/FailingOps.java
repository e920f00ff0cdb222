package arignote.plan;

import arignote.ir.Apply;
import arignote.ir.op.Cond;
import arignote.ir.op.Gather;
import arignote.ir.op.Op;
import arignote.ir.op.Probe;
import arignote.ir.op.Scatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Which nodes may find out only while they run that they cannot compute their result.
public final class FailingOps {
  private FailingOps() {}

  /// Whether a node, or one in its graphs, may fail: for an index, a check, or a branch that has no
  /// meaning for the lengths of a call, which fails when it is taken.
  public static boolean mayFail(Apply apply) {
    Deque<Op> waiting = new ArrayDeque<>(List.of(apply.op()));
    while (!waiting.isEmpty()) {
      Op op = waiting.remove();
      if (op instanceof Gather
          || op instanceof Scatter
          || op instanceof Cond
          || op instanceof Probe) {
        return true;
      }
      op.innerGraphs().forEach(inner -> inner.applies().forEach(node -> waiting.add(node.op())));
    }
    return false;
  }
}
