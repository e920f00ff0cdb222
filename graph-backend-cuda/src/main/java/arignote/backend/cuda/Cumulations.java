package arignote.backend.cuda;

import arignote.backend.cuda.codegen.CumulateKernel;
import arignote.ir.Apply;
import arignote.ir.op.Cumulate;
import arignote.plan.View;
import java.util.List;

/// Prepares cumulative ops: one kernel, or two where lines are divided into parts.
final class Cumulations {
  private Cumulations() {}

  static void lower(Block block, Cumulate op, Apply apply) {
    View x = block.view(apply.operand(0));
    View to = block.result(apply, apply.result());
    if (to.layout().size() == 0) {
      return;
    }
    if (op.reverse()) {
      x = reversed(x, op.axis());
      to = reversed(to, op.axis());
    }
    CumulateKernel kernel = new CumulateKernel(op.fn(), x, to, op.axis(), block.gpu().processors());
    long parts = kernel.parts();
    if (parts == 1) {
      block.launch(op.mnemonic(), kernel.whole(), List.of(x), List.of(to));
    } else {
      View totals = kernel.totals(block.allocate(kernel.totalsBytes(parts)), parts);
      block.launch("parts", kernel.totals(parts, totals), List.of(x), List.of(totals));
      block.launch(op.mnemonic(), kernel.inParts(parts, totals), List.of(x, totals), List.of(to));
    }
  }

  private static View reversed(View view, int axis) {
    long length = view.layout().dim(axis);
    return view.with(view.layout().slice(axis, length - 1, length, -1));
  }
}
