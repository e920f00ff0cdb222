package arignote.autodiff;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Dim;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Broadcast;
import arignote.ir.op.CoreOp;
import arignote.ir.op.Fill;
import arignote.ir.op.Reshape;
import arignote.ir.op.Transpose;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/// The nodes that several rules make, with exact attributes where the DSL would guess them.
final class Ops {
  private Ops() {}

  static Variable apply(CoreOp op, Variable... operands) {
    return Apply.of(op, List.of(operands)).result();
  }

  static Variable zeros(TensorType type) {
    return apply(new Fill(0, type));
  }

  static Variable ones(TensorType type) {
    return apply(new Fill(1, type));
  }

  static Variable reshape(Variable x, List<Dim> shape) {
    return x.type().shape().equals(shape) ? x : apply(new Reshape(shape), x);
  }

  static Variable broadcast(Variable x, List<Dim> shape) {
    return x.type().shape().equals(shape) ? x : apply(new Broadcast(shape), x);
  }

  /// The last two axes exchanged.
  static Variable transposeMatrices(Variable x) {
    int rank = x.type().rank();
    List<Integer> permutation = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    Collections.swap(permutation, rank - 2, rank - 1);
    return apply(new Transpose(permutation), x);
  }

  /// The permutation that undoes another.
  static List<Integer> inverse(List<Integer> permutation) {
    List<Integer> inverse = new ArrayList<>(permutation);
    for (int axis = 0; axis < permutation.size(); axis++) {
      inverse.set(permutation.get(axis), axis);
    }
    return inverse;
  }

  /// A reduced tensor repeated along the axes that it lost.
  static Variable expand(Variable reduced, TensorType full, List<Integer> axes) {
    List<Dim> shape = new ArrayList<>(full.shape());
    boolean leading = axes.equals(IntStream.range(0, axes.size()).boxed().toList());
    axes.forEach(axis -> shape.set(axis, Dim.of(1)));
    return broadcast(leading ? reduced : reshape(reduced, shape), full.shape());
  }

  /// The one value of all elements, if the graph says so: a constant, a fill, or one of these under
  /// broadcasts and reshapes.
  static OptionalDouble constantValue(Variable variable) {
    Variable at = variable;
    while (at instanceof Result result) {
      switch (result.apply().op()) {
        case Broadcast _, Reshape _ -> at = result.apply().operand(0);
        case Fill fill -> {
          return OptionalDouble.of(fill.value());
        }
        default -> {
          return OptionalDouble.empty();
        }
      }
    }
    return at instanceof Constant constant && constant.value().size() == 1
        ? OptionalDouble.of(constant.value().item())
        : OptionalDouble.empty();
  }
}
