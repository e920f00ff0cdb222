package arignote.rewrite.rules;

import arignote.ir.Dim;
import arignote.ir.Site;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.CoreOp;
import arignote.ir.op.DimSize;
import arignote.ir.op.Fill;
import arignote.ir.op.Op;
import arignote.ir.op.Reshape;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/// Builds what takes the place of a match, with the site of the node replaced.
final class Construction {
  private final Nodes nodes;
  private final Site site;

  Construction(Nodes nodes, Site site) {
    this.nodes = nodes;
    this.site = site;
  }

  Variable apply(Op op, List<Variable> operands) {
    return nodes.make(op, operands, site).result();
  }

  Variable apply(CoreOp op, Variable... operands) {
    return apply(op, List.of(operands));
  }

  Variable unary(UnaryFn fn, Variable x) {
    return apply(new Unary(fn), x);
  }

  Variable binary(BinaryFn fn, Variable x, Variable y) {
    return apply(new Binary(fn), x, y);
  }

  /// A tensor of one value.
  Variable literal(double value, TensorType type) {
    return type.isScalar()
        ? nodes.constant(type.dtype(), value)
        : apply(new Fill(Splat.shortest(value, type.dtype()), type));
  }

  /// A length as a scalar of a dtype.
  Variable size(Dim dim, DType dtype) {
    if (dim.constant().isPresent()) {
      return nodes.constant(dtype, (double) dim.constant().getAsLong());
    }
    Variable size = apply(new DimSize(dim));
    return dtype == DType.I64 ? size : apply(new Cast(dtype), size);
  }

  Variable broadcast(Variable x, List<Dim> shape) {
    return x.type().shape().equals(shape) ? x : apply(new Broadcast(shape), x);
  }

  Variable reshape(Variable x, List<Dim> shape) {
    return x.type().shape().equals(shape) ? x : apply(new Reshape(shape), x);
  }

  /// What was reduced along some axes, repeated along them to a shape.
  Variable keep(Variable reduced, List<Integer> axes, List<Dim> shape) {
    int leading = 0;
    while (axes.contains(leading)) {
      leading++;
    }
    List<Dim> aligned = new ArrayList<>();
    for (int axis = leading == axes.size() ? leading : 0; axis < shape.size(); axis++) {
      aligned.add(axes.contains(axis) ? Dim.of(1) : shape.get(axis));
    }
    return broadcast(reshape(reduced, aligned), shape);
  }
}
