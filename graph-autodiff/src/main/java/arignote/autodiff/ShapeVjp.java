package arignote.autodiff;

import arignote.ir.Dim;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Pad;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import java.util.ArrayList;
import java.util.List;

/// Gradients of ops that move elements: each element's cotangent moves back to where it came from.
final class ShapeVjp {
  private ShapeVjp() {}

  static void broadcast(Node node) {
    node.contribute(0, () -> unbroadcast(node.cotangent(), node.operand(0).type()));
  }

  /// The sum over the axes along which a tensor of a type was repeated.
  private static Variable unbroadcast(Variable g, TensorType type) {
    int added = g.type().rank() - type.rank();
    List<Integer> repeated = new ArrayList<>();
    for (int axis = 0; axis < g.type().rank(); axis++) {
      boolean kept = axis >= added && type.dim(axis - added).equals(g.type().dim(axis));
      if (!kept) {
        repeated.add(axis);
      }
    }
    return repeated.isEmpty()
        ? g
        : Ops.reshape(Ops.apply(new Reduce(ReduceFn.SUM, repeated), g), type.shape());
  }

  static void reshape(Node node) {
    node.contribute(0, () -> Ops.reshape(node.cotangent(), node.operand(0).type().shape()));
  }

  static void transpose(List<Integer> permutation, Node node) {
    node.contribute(0, () -> Ops.apply(new Transpose(Ops.inverse(permutation)), node.cotangent()));
  }

  static void slice(Slice slice, Node node) {
    Dim length = node.operand(0).type().dim(slice.axis());
    Pad back = new Pad(slice.axis(), slice.start(), length, slice.step());
    node.contribute(0, () -> Ops.apply(back, node.cotangent()));
  }

  static void pad(Pad pad, Node node) {
    Dim length = node.operand(0).type().dim(pad.axis());
    Slice back = new Slice(pad.axis(), pad.start(), length, pad.step());
    node.contribute(0, () -> Ops.apply(back, node.cotangent()));
  }

  static void concat(int axis, Node node) {
    Variable g = node.cotangent();
    Dim start = Dim.of(0);
    for (int i = 0; i < node.apply().operands().size(); i++) {
      Dim length = node.operand(i).type().dim(axis);
      Slice part = new Slice(axis, start, length, 1);
      node.contribute(i, () -> Ops.apply(part, g));
      start = start.plus(length);
    }
  }
}
