package arignote.plan;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.Compare;
import arignote.ir.op.Cumulate;
import arignote.ir.op.Dot;
import arignote.ir.op.Fused;
import arignote.ir.op.Gemm;
import arignote.ir.op.Reduce;
import arignote.ir.op.Scan;
import arignote.ir.op.Scatter;
import arignote.ir.op.Select;
import arignote.ir.op.Unary;
import arignote.tensor.DType;
import java.util.function.ToLongFunction;

/// How many operations a node computes: two for each multiplication of a product, one for each
/// element of an elementwise function and for each that is reduced; of a loop those of all steps.
public final class Flops {
  private Flops() {}

  /// The operations of a node.
  ///
  /// @param size how many elements a type has
  public static double of(Apply apply, ToLongFunction<TensorType> size) {
    return switch (apply.op()) {
      case Dot(int batch) -> product(apply, batch, size);
      case Gemm _ -> product(apply, 0, size);
      case Unary _, Binary _, Compare _, Select _, Cumulate _ ->
          size.applyAsLong(apply.results().getFirst().type());
      case Reduce _ -> size.applyAsLong(apply.operand(0).type());
      case Scatter _ -> size.applyAsLong(apply.operand(2).type());
      case Fused fused -> ofAll(fused.body(), size);
      case Scan scan ->
          size.applyAsLong(TensorType.of(DType.BOOL, scan.steps())) * ofAll(scan.body(), size);
      default -> 0;
    };
  }

  private static double ofAll(Graph body, ToLongFunction<TensorType> size) {
    return body.applies().stream().mapToDouble(node -> of(node, size)).sum();
  }

  private static double product(Apply apply, int batch, ToLongFunction<TensorType> size) {
    Variable right = apply.operand(1);
    TensorType depth =
        new TensorType(right.type().dtype(), right.type().shape().subList(batch, batch + 1));
    return 2.0 * size.applyAsLong(apply.results().getFirst().type()) * size.applyAsLong(depth);
  }
}
