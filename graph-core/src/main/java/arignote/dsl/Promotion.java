package arignote.dsl;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Dim;
import arignote.ir.Site;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.CoreOp;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// How the DSL makes operands fit: dtypes promoted, shapes broadcast by NumPy's rules, both
/// explicit in the graph.
final class Promotion {
  private Promotion() {}

  static Variable apply(CoreOp op, Variable... operands) {
    return Apply.of(op, present(operands)).result();
  }

  /// The operands, if none is null, as a field is that is used before it is set.
  private static List<Variable> present(@Nullable Variable... operands) {
    List<Variable> present = new ArrayList<>();
    for (Variable operand : operands) {
      if (operand == null) {
        throw new TypeException(
                "operand %d is null, expected a variable; is a field used before it is set?"
                    .formatted(present.size()))
            .at(Site.current());
      }
      present.add(operand);
    }
    return present;
  }

  /// The operands converted to their common dtype.
  static Variable[] sameDtype(Variable... operands) {
    List<Variable> present = present(operands);
    DType dtype = present.getFirst().type().dtype();
    for (Variable operand : present) {
      dtype = DType.promote(dtype, operand.type().dtype());
    }
    Variable[] promoted = new Variable[operands.length];
    for (int i = 0; i < operands.length; i++) {
      promoted[i] = cast(operands[i], dtype);
    }
    return promoted;
  }

  /// The operands broadcast to their common shape; `op` is for the message.
  static Variable[] sameShape(String op, Variable... operands) {
    List<Dim> shape = List.of();
    for (Variable operand : operands) {
      shape = commonShape(op, shape, operand.type().shape(), operands);
    }
    Variable[] broadcast = new Variable[operands.length];
    for (int i = 0; i < operands.length; i++) {
      broadcast[i] = broadcast(operands[i], shape);
    }
    return broadcast;
  }

  private static List<Dim> commonShape(
      String op, List<Dim> left, List<Dim> right, Variable[] operands) {
    int rank = Math.max(left.size(), right.size());
    List<Dim> shape = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      int inLeft = axis - (rank - left.size());
      int inRight = axis - (rank - right.size());
      Dim leftDim = inLeft < 0 ? Dim.of(1) : left.get(inLeft);
      Dim rightDim = inRight < 0 ? Dim.of(1) : right.get(inRight);
      if (!leftDim.is(1) && !rightDim.is(1) && !leftDim.equals(rightDim)) {
        throw new TypeException(
                "%s: cannot broadcast %s: %s and %s differ and neither is 1; reshape() or expandDims() one of them%s"
                    .formatted(op, quote(operands), leftDim, rightDim, oneName(leftDim, rightDim)))
            .naming(List.of(operands), Site.current())
            .at(Site.current());
      }
      shape.add(leftDim.is(1) ? rightDim : leftDim);
    }
    return shape;
  }

  private static String oneName(Dim left, Dim right) {
    return left.symbol().isPresent() && right.symbol().isPresent()
        ? ", or give both lengths one name if they are always equal"
        : "";
  }

  static String quote(Variable... operands) {
    return List.of(operands).stream()
        .map(operand -> operand.type().toString())
        .collect(Collectors.joining(" with "));
  }

  static Variable broadcast(Variable x, List<Dim> shape) {
    return x.type().shape().equals(shape) ? x : apply(new Broadcast(shape), x);
  }

  static Variable cast(Variable x, DType dtype) {
    if (x.type().dtype() == dtype) {
      return x;
    }
    return x instanceof Constant constant && constant.type().isScalar()
        ? new Constant(constant.value().cast(dtype))
        : apply(new Cast(dtype), x);
  }

  /// A float version of an operand: ints and bools become `floatX`.
  static Variable toFloat(Variable x) {
    return x.type().dtype().isFloat() ? x : cast(x, Values.floatX());
  }

  /// A literal beside an operand: of the operand's dtype, unless that cannot hold it, in which case
  /// it is `floatX` and the operand is promoted.
  static Variable literal(double value, Variable beside) {
    DType dtype = beside.type().dtype();
    boolean exact = dtype.isFloat() || HostTensor.scalar(dtype, value).item() == value;
    return new Constant(
        HostTensor.scalar(exact && dtype.isNumeric() ? dtype : Values.floatX(), value));
  }

  /// Axis numbers from 0, of an argument that may count from the end.
  static int axis(String op, Variable x, int axis) {
    return axisOfRank(op, x.type(), axis, x.type().rank());
  }

  static int axisOfRank(String op, TensorType type, int axis, int rank) {
    if (axis < -rank || axis >= rank) {
      String problem =
          rank == 0
              ? "%s: a scalar has no axis %d, found %s; use a tensor with axes"
                  .formatted(op, axis, type)
              : "%s: axis %d is outside -%d..%d of %s; axes count from 0, or from -1 backwards"
                  .formatted(op, axis, rank, rank - 1, type);
      throw new TypeException(problem).at(Site.current());
    }
    return axis < 0 ? axis + rank : axis;
  }
}
