package arignote.ir.op;

import arignote.ir.Dim;
import arignote.ir.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Elements at given positions of an axis, which the axes of the indices replace: rows
/// `f32[10000,128]` at `i64[T,B]` along axis 0 give `f32[T,B,128]`. NumPy's `take`.
///
/// The first `batch` axes of both operands are the same and are walked together: of `f32[B,C]` at
/// `i64[B]` along axis 1 with `batch=1`, element `[b]` is `x[b, indices[b]]`. An index outside `0
/// <= i < n` is an error at run time.
public record Gather(int axis, int batch) implements CoreOp {
  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.count(this, operands, 2);
    TensorType x = operands.get(0);
    TensorType indices = operands.get(1);
    return List.of(x.withShape(gatheredShape(this, operands, x, indices, axis, batch)));
  }

  /// The shape of what is gathered from, or scattered into, a tensor of type `x`.
  static List<Dim> gatheredShape(
      Op op, List<TensorType> operands, TensorType x, TensorType indices, int axis, int batch) {
    Check.axis(op, operands, axis, x.rank());
    Check.that(
        indices.dtype().isInteger(), op, operands, "takes integers as indices: cast(DType.I64)");
    Check.that(
        batch >= 0
            && batch <= axis
            && batch <= indices.rank()
            && x.shape().subList(0, batch).equals(indices.shape().subList(0, batch)),
        op,
        operands,
        "needs the same first " + batch + " axes in tensor and indices, all before axis " + axis);
    List<Dim> shape = new ArrayList<>(x.shape().subList(0, axis));
    shape.addAll(indices.shape().subList(batch, indices.rank()));
    shape.addAll(x.shape().subList(axis + 1, x.rank()));
    return shape;
  }
}
