package arignote.autodiff;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.op.ArgReduce;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.Concat;
import arignote.ir.op.Cond;
import arignote.ir.op.Cumulate;
import arignote.ir.op.CustomOp;
import arignote.ir.op.DimSize;
import arignote.ir.op.Dot;
import arignote.ir.op.Fill;
import arignote.ir.op.Fused;
import arignote.ir.op.Gather;
import arignote.ir.op.Gemm;
import arignote.ir.op.Iota;
import arignote.ir.op.Pad;
import arignote.ir.op.Random;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Reshape;
import arignote.ir.op.Scan;
import arignote.ir.op.Scatter;
import arignote.ir.op.Select;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import java.util.List;

/// Reverse-mode differentiation: from the last node to the first, each node's rule turns the
/// cotangents of its results into contributions to those of its operands.
final class ReversePass {
  private ReversePass() {}

  /// Takes cotangents back through nodes as far as there is activity.
  ///
  /// @param applies in order
  /// @param cotangents of the outputs at first, of all active variables in the end
  static void run(List<Apply> applies, Activity activity, Cotangents cotangents) {
    for (Apply apply : applies.reversed()) {
      if (apply.results().stream().anyMatch(cotangents::has)
          && activity.containsAny(apply.operands())
          && !Activity.isPiecewiseConstant(apply.op())) {
        Node node = new Node(apply, activity, cotangents);
        // Gradient nodes point to the line of the model that they are the gradient of.
        apply
            .site()
            .during(() -> {
              differentiate(node);
              return node;
            });
      }
    }
  }

  private static void differentiate(Node node) {
    switch (node.apply().op()) {
      case Unary(UnaryFn fn) -> ElementwiseVjp.unary(fn, node);
      case Binary(BinaryFn fn) -> ElementwiseVjp.binary(fn, node);
      case Select _ -> ElementwiseVjp.select(node);
      case Cast _ -> ElementwiseVjp.cast(node);
      case Reduce(ReduceFn fn, List<Integer> axes) -> ReductionVjp.reduce(fn, axes, node);
      case Cumulate cumulate -> CumulateVjp.cumulate(cumulate, node);
      case Dot(int batch) -> DotVjp.dot(batch, node);
      case Gemm(double alpha, double beta) -> DotVjp.gemm(alpha, beta, node);
      case Broadcast _ -> ShapeVjp.broadcast(node);
      case Reshape _ -> ShapeVjp.reshape(node);
      case Transpose(List<Integer> permutation) -> ShapeVjp.transpose(permutation, node);
      case Slice slice -> ShapeVjp.slice(slice, node);
      case Pad pad -> ShapeVjp.pad(pad, node);
      case Concat(int axis) -> ShapeVjp.concat(axis, node);
      case Gather gather -> IndexingVjp.gather(gather, node);
      case Scatter scatter -> IndexingVjp.scatter(scatter, node);
      case Scan scan -> ScanVjp.scan(scan, node);
      case Cond cond -> CondVjp.cond(cond, node);
      case Fused(Graph body) -> BodyVjp.through(body, node);
      case CustomOp op -> BodyVjp.custom(op, node);
      case Compare _, ArgReduce _, Fill _, Iota _, DimSize _, Random _ ->
          throw new IllegalStateException(node.apply() + " has no floats to differentiate");
    }
  }
}
