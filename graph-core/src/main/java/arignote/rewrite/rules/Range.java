package arignote.rewrite.rules;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.ArgReduce;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Concat;
import arignote.ir.op.DimSize;
import arignote.ir.op.Gather;
import arignote.ir.op.Iota;
import arignote.ir.op.Pad;
import arignote.ir.op.Random;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Reshape;
import arignote.ir.op.Select;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import arignote.tensor.DType;
import java.util.OptionalDouble;

/// What is known about the elements of a tensor from how it is computed.
///
/// @param finite neither NaN nor infinite, whatever the inputs are
/// @param defined for finite inputs neither NaN nor infinite, but for overflow
/// @param nonnegative not below 0, whatever the inputs are; a float may be NaN
/// @param nonzero for finite inputs not 0, but for underflow
record Range(boolean finite, boolean defined, boolean nonnegative, boolean nonzero) {
  /// So many nodes deep is looked.
  private static final int DEPTH = 5;

  private static final Range ANY = new Range(false, false, false, false);

  /// Numbers that come from the shape or the generator: never negative, never NaN.
  private static final Range COUNT = new Range(true, true, true, false);

  static Range of(Variable variable) {
    return of(variable, DEPTH);
  }

  private static Range of(Variable variable, int depth) {
    OptionalDouble value = Splat.valueOf(variable);
    if (value.isPresent()) {
      double known = value.getAsDouble();
      boolean finite = Double.isFinite(known);
      return new Range(finite, finite, known >= 0, known != 0);
    }
    Range range =
        switch (variable) {
          case Result result when depth > 0 -> of(result.apply(), depth - 1);
          case Result _ -> ANY;
          case Constant _ -> ANY;
          default -> new Range(false, true, false, false);
        };
    return switch (variable.type().dtype()) {
      case BOOL -> new Range(true, true, true, range.nonzero);
      case I32, I64 -> new Range(true, true, range.nonnegative, range.nonzero);
      case F32, F64 -> range;
    };
  }

  private static Range of(Apply apply, int depth) {
    return switch (apply.op()) {
      case Unary(var fn) -> unary(fn, apply, depth);
      case Binary(var fn) ->
          apply.result().type().dtype().isFloat()
              ? binary(fn, of(apply.operand(0), depth), of(apply.operand(1), depth))
              : integer(fn, of(apply.operand(0), depth), of(apply.operand(1), depth));
      case Select _ -> of(apply.operand(1), depth).or(of(apply.operand(2), depth));
      case Cast(DType to) -> cast(apply.operand(0), to, depth);
      case Reduce(var fn, _) -> reduce(fn, apply, depth);
      case Broadcast _, Reshape _, Transpose _, Slice _, Gather _ -> of(apply.operand(0), depth);
      case Pad _ -> of(apply.operand(0), depth).or(COUNT);
      case Concat _ ->
          apply.operands().stream()
              .map(operand -> of(operand, depth))
              .reduce(Range::or)
              .orElse(ANY);
      case Iota _, DimSize _, ArgReduce _, Random _ -> COUNT;
      default -> ANY;
    };
  }

  /// What holds of either.
  private Range or(Range other) {
    return new Range(
        finite && other.finite,
        defined && other.defined,
        nonnegative && other.nonnegative,
        nonzero && other.nonzero);
  }

  private static Range unary(UnaryFn fn, Apply apply, int depth) {
    Range x = of(apply.operand(0), depth);
    boolean isFloat = apply.operand(0).type().dtype().isFloat();
    return switch (fn) {
      case EXP, COSH -> new Range(false, x.defined, true, true);
      case SIGMOID, SOFTPLUS, ERFC -> new Range(x.finite, x.defined, true, true);
      case ABS -> new Range(x.finite, x.defined, isFloat || x.nonnegative, x.nonzero);
      case SQUARE -> new Range(false, x.defined, isFloat, isFloat && x.nonzero);
      case SQRT -> {
        boolean real = x.nonnegative;
        yield new Range(real && x.finite, real && x.defined, true, real && x.nonzero);
      }
      case RSQRT -> {
        boolean real = x.nonnegative && x.nonzero;
        yield new Range(false, real && x.defined, true, real);
      }
      case RECIPROCAL -> new Range(false, x.defined && x.nonzero, x.nonnegative, x.nonzero);
      case RELU -> new Range(x.finite, x.defined, true, x.nonnegative && x.nonzero);
      case NEG -> new Range(x.finite, x.defined, false, x.nonzero);
      case SIGN -> x;
      case TANH, ERF, ATAN -> x;
      case FLOOR, CEIL, ROUND -> new Range(x.finite, x.defined, x.nonnegative, false);
      case EXPM1, SINH -> new Range(false, x.defined, x.nonnegative, x.nonzero);
      case LOG1P ->
          new Range(
              x.finite && x.nonnegative, x.defined && x.nonnegative, x.nonnegative, x.nonzero);
      case SIN, COS -> new Range(x.finite, x.defined, false, false);
      case LOG, TAN, ASIN, ACOS, NOT -> ANY;
      case ISNAN, ISINF -> COUNT;
    };
  }

  private static Range binary(BinaryFn fn, Range x, Range y) {
    boolean defined = x.defined && y.defined;
    boolean finite = x.finite && y.finite;
    boolean both = x.nonnegative && y.nonnegative;
    return switch (fn) {
      case ADD -> new Range(false, defined, both, both && (x.nonzero || y.nonzero));
      case MUL -> new Range(false, defined, both, x.nonzero && y.nonzero);
      case DIV -> new Range(false, defined && y.nonzero, both, x.nonzero && y.nonzero);
      case SUB -> new Range(false, defined, false, false);
      case MINIMUM -> new Range(finite, defined, both, x.nonzero && y.nonzero);
      case MAXIMUM ->
          new Range(finite, defined, x.nonnegative || y.nonnegative, x.nonzero && y.nonzero);
      case POW -> new Range(false, false, x.nonnegative, false);
      case FLOORDIV, MOD, ATAN2, AND, OR, XOR -> ANY;
    };
  }

  /// Sums and products of integers may wrap.
  private static Range integer(BinaryFn fn, Range x, Range y) {
    return switch (fn) {
      case MINIMUM, MAXIMUM -> binary(fn, x, y);
      default -> ANY;
    };
  }

  /// A float that becomes an integer saturates, so its sign stays; a long that becomes an int may
  /// wrap, a double that becomes a float overflow or underflow.
  private static Range cast(Variable operand, DType to, int depth) {
    Range x = of(operand, depth);
    DType from = operand.type().dtype();
    return switch (to) {
      case BOOL -> COUNT;
      case I32, I64 ->
          new Range(
              true,
              true,
              x.nonnegative && (from != DType.I64 || to == DType.I64),
              x.nonzero && from == DType.BOOL);
      case F32, F64 ->
          new Range(
              x.finite && (from != DType.F64 || to == from), x.defined, x.nonnegative, x.nonzero);
    };
  }

  private static Range reduce(ReduceFn fn, Apply apply, int depth) {
    Range x = of(apply.operand(0), depth);
    boolean isFloat = apply.result().type().dtype().isFloat();
    return switch (fn) {
      case SUM, PROD -> new Range(false, x.defined, isFloat && x.nonnegative, false);
      case MAX, MIN -> x;
      case ANY, ALL -> COUNT;
    };
  }
}
