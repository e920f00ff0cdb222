package arignote.backend.cuda.codegen;

import arignote.backend.cuda.kernel.Nest;
import arignote.backend.cuda.kernel.Place;
import arignote.ir.op.Cast;
import arignote.ir.op.CoreOp;
import arignote.ir.op.ReduceFn;
import arignote.plan.LoopBody;
import arignote.tensor.DType;
import java.util.List;
import java.util.stream.Collectors;

/// The expressions of CUDA C that kernels are made of.
final class Expressions {
  private Expressions() {}

  /// The name of a value.
  static String name(int value) {
    return "v" + value;
  }

  /// What a step or a literal computes.
  static String computed(LoopBody.Value value) {
    return switch (value.origin()) {
      case LoopBody.Literal(double floating, long whole) -> literal(value.dtype(), floating, whole);
      case LoopBody.Step(CoreOp op, List<Integer> needed) ->
          needed.stream()
              .map(Expressions::name)
              .collect(Collectors.joining(", ", function(op) + "_(", ")"));
      case LoopBody.Read _, LoopBody.Reduction _ ->
          throw new IllegalArgumentException("not computed element by element: " + value);
    };
  }

  private static String function(CoreOp op) {
    return op instanceof Cast(DType to) ? "cast_" + to : op.mnemonic();
  }

  static String literal(DType dtype, double floating, long whole) {
    return switch (dtype) {
      case BOOL -> whole == 0 ? "false" : "true";
      case I32 -> whole == Integer.MIN_VALUE ? "(-2147483647 - 1)" : Long.toString(whole);
      case I64 -> whole == Long.MIN_VALUE ? "(-0x7fffffffffffffffLL - 1)" : "(i64)" + whole + "LL";
      case F32 -> {
        float value = (float) floating;
        yield Float.isFinite(value)
            ? Float.toHexString(value) + "f"
            : "__int_as_float(0x%x)".formatted(Float.floatToIntBits(value));
      }
      case F64 ->
          Double.isFinite(floating)
              ? Double.toHexString(floating)
              : "__longlong_as_double(0x%xLL)".formatted(Double.doubleToLongBits(floating));
    };
  }

  /// What a reduction starts with: for the largest and smallest, which nobody asks for of no
  /// elements, the other end of the dtype.
  static String identity(ReduceFn fn, DType dtype) {
    return switch (fn) {
      case SUM -> literal(dtype, 0, 0);
      case PROD -> literal(dtype, 1, 1);
      case ANY -> "false";
      case ALL -> "true";
      case MAX ->
          literal(
              dtype,
              Double.NEGATIVE_INFINITY,
              dtype == DType.I32 ? Integer.MIN_VALUE : Long.MIN_VALUE);
      case MIN ->
          literal(
              dtype,
              Double.POSITIVE_INFINITY,
              dtype == DType.I32 ? Integer.MAX_VALUE : Long.MAX_VALUE);
    };
  }

  /// The struct that joins parts of a reduction.
  static String joining(ReduceFn fn) {
    return fn.mnemonic() + "_of";
  }

  /// Writes the positions along the axes of a nest, `x0`, `x1`, ..., from a position in all of it.
  ///
  /// @param flat the name of that
  /// @param axis the letter of the names
  static void positions(KernelText text, Nest nest, String flat, String axis) {
    if (nest.rank() == 1) {
      text.line("const index %s0 = %s;".formatted(axis, flat));
      return;
    }
    String rest = flat;
    for (int i = nest.rank() - 1; i > 0; i--) {
      String length = text.index(nest.shape()[i]);
      text.line("const index %s%d = %s %% %s;".formatted(axis, i, rest, length));
      text.line("const index %s_%d = %s / %s;".formatted(axis, i, rest, length));
      rest = axis + "_" + i;
    }
    if (nest.rank() > 0) {
      text.line("const index %s0 = %s;".formatted(axis, rest));
    }
  }

  /// How far an operand's element is from its first: positions times strides.
  static String offset(KernelText text, Nest nest, Place place, String axis) {
    StringBuilder sum = new StringBuilder();
    for (int i = 0; i < nest.rank(); i++) {
      long stride = place.strides()[i];
      if (stride != 0) {
        sum.append(sum.isEmpty() ? "" : " + ").append(axis).append(i);
        sum.append(stride == 1 ? "" : " * " + text.index(stride));
      }
    }
    return sum.isEmpty() ? "0" : sum.toString();
  }
}
