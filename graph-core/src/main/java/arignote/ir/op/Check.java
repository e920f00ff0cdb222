package arignote.ir.op;

import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.tensor.DType;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/// The checks that type inference shares, each failing with a [TypeException] that starts with the
/// op's mnemonic and quotes the operand types.
final class Check {
  private Check() {}

  static void count(Op op, List<TensorType> operands, int expected) {
    if (operands.size() != expected) {
      throw failure(op, operands, "takes " + expected + (expected == 1 ? " operand" : " operands"));
    }
  }

  static void that(boolean holds, Op op, List<TensorType> operands, String requirement) {
    if (!holds) {
      throw failure(op, operands, requirement);
    }
  }

  /// What to throw where the requirement is put together: types are inferred far more often than
  /// they are wrong.
  static TypeException failure(Op op, List<TensorType> operands, String requirement) {
    return new TypeException(
        op.mnemonic() + ": " + requirement + "; the operands are " + quote(operands));
  }

  /// That an op is defined on a dtype; if not, the message says what to do.
  static void defined(boolean accepted, Op op, List<TensorType> operands, DType dtype) {
    if (!accepted) {
      String remedy =
          switch (dtype) {
            case BOOL -> "cast it to a number, or use and(), or(), xor()";
            case I32, I64 -> "cast it to a float";
            case F32, F64 -> "compare, or cast it to integers or bools";
          };
      throw failure(op, operands, "is not defined on " + dtype + ": " + remedy);
    }
  }

  static void sameTypes(Op op, List<TensorType> operands) {
    that(new HashSet<>(operands).size() <= 1, op, operands, "takes operands of one type");
  }

  static void axis(Op op, List<TensorType> operands, int axis, int rank) {
    if (axis < 0 || axis >= rank) {
      throw failure(op, operands, "axis " + axis + " does not exist in a tensor of rank " + rank);
    }
  }

  static void axes(Op op, List<TensorType> operands, List<Integer> axes, int rank) {
    for (int axis : axes) {
      axis(op, operands, axis, rank);
    }
    if (new HashSet<>(axes).size() != axes.size()) {
      throw failure(op, operands, "names an axis twice in " + axes + ", once is enough");
    }
  }

  static String quote(List<TensorType> operands) {
    return operands.isEmpty()
        ? "none"
        : operands.stream().map(TensorType::toString).collect(Collectors.joining(" and "));
  }
}
