package arignote.rewrite.rules;

import arignote.ir.Constant;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Fill;
import arignote.ir.op.Reshape;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.Optional;
import java.util.OptionalDouble;

/// Tensors that have one value at every element, through whatever was done to their shape.
final class Splat {
  /// Constants of more elements are not looked at.
  private static final long COMPARED = 64;

  /// Whole numbers beyond are not all doubles.
  private static final double EXACT = 0x1p53;

  /// Rules make one view of several, so that more are not met in practice.
  private static final int VIEWS = 8;

  private Splat() {}

  /// The value at every element, known now; bools are 0 and 1. Whole numbers that are not doubles
  /// count as not known.
  static OptionalDouble valueOf(Variable variable) {
    return valueOf(variable, VIEWS);
  }

  private static OptionalDouble valueOf(Variable variable, int views) {
    return switch (variable) {
      case Constant constant -> valueOf(constant.value());
      case Result result when views > 0 ->
          switch (result.apply().op()) {
            case Fill(double value, TensorType type) -> rounded(value, type.dtype());
            case Broadcast _, Reshape _, Transpose _, Slice _ ->
                valueOf(result.apply().operand(0), views - 1);
            case Cast(DType to) -> cast(result.apply().operand(0), to, views - 1);
            default -> OptionalDouble.empty();
          };
      default -> OptionalDouble.empty();
    };
  }

  private static OptionalDouble valueOf(HostTensor tensor) {
    if (tensor.size() == 0 || tensor.size() > COMPARED) {
      return OptionalDouble.empty();
    }
    double first = tensor.getDouble(0);
    for (long i = 1; i < tensor.size(); i++) {
      if (Double.compare(tensor.getDouble(i), first) != 0) {
        return OptionalDouble.empty();
      }
    }
    return checked(first, tensor.dtype());
  }

  private static OptionalDouble cast(Variable operand, DType to, int views) {
    OptionalDouble value = valueOf(operand, views);
    return value.isEmpty()
        ? value
        : checked(
            HostTensor.scalar(operand.type().dtype(), value.getAsDouble()).cast(to).item(), to);
  }

  private static OptionalDouble checked(double value, DType dtype) {
    return dtype.isInteger() && Math.abs(value) > EXACT
        ? OptionalDouble.empty()
        : OptionalDouble.of(value);
  }

  /// A value as an element of a dtype: a float rounded, an integer wrapped.
  static OptionalDouble rounded(double value, DType dtype) {
    HostTensor scalar =
        dtype.isFloat() ? HostTensor.scalar(dtype, value) : HostTensor.scalar(dtype, (long) value);
    return checked(scalar.item(), dtype);
  }

  /// The shortest decimal number that is this value in a dtype: attributes of equal value are then
  /// equal, and read as what users write.
  static double shortest(double value, DType dtype) {
    float rounded = (float) value;
    return dtype == DType.F32 && Float.isFinite(rounded)
        ? Double.parseDouble(Float.toString(rounded))
        : value;
  }

  /// A scalar variable whose value is that of every element, known now or not.
  static Optional<Variable> scalarOf(Variable variable) {
    Variable source = variable;
    for (int views = 0; !source.type().isScalar(); views++) {
      if (views < VIEWS
          && source instanceof Result result
          && (result.apply().op() instanceof Broadcast
              || result.apply().op() instanceof Reshape
              || result.apply().op() instanceof Transpose)) {
        source = result.apply().operand(0);
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(source);
  }
}
