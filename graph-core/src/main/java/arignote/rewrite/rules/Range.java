package arignote.rewrite.rules;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.Variable;
import arignote.ir.op.ArgReduce;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Concat;
import arignote.ir.op.Cumulate;
import arignote.ir.op.DimSize;
import arignote.ir.op.Dot;
import arignote.ir.op.Gather;
import arignote.ir.op.Gemm;
import arignote.ir.op.Iota;
import arignote.ir.op.Pad;
import arignote.ir.op.Random;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.ir.op.Reshape;
import arignote.ir.op.Scatter;
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
  static final Range ANY = new Range(false, false, false, false);

  /// Numbers that come from the shape or the generator: never negative, never NaN.
  private static final Range COUNT = new Range(true, true, true, false);

  /// What can be said of a variable.
  ///
  /// @param arguments whether inputs are arguments of a call, rather than what goes round in a loop
  static Range of(Variable variable, boolean arguments, Facts facts) {
    OptionalDouble value = Splat.valueOf(variable);
    if (value.isPresent()) {
      double known = value.getAsDouble();
      boolean finite = Double.isFinite(known);
      return new Range(finite, finite, known >= 0, known != 0);
    }
    Range range =
        switch (variable) {
          case Result result -> of(result.apply(), facts);
          case Constant _ -> ANY;
          case Input _, Shared _ -> new Range(false, arguments, false, false);
        };
    return switch (variable.type().dtype()) {
      case BOOL -> new Range(true, true, true, range.nonzero);
      case I32, I64 -> new Range(true, true, range.nonnegative, range.nonzero);
      case F32, F64 -> range;
    };
  }

  private static Range of(Apply apply, Facts facts) {
    return switch (apply.op()) {
      case Unary(var fn) -> unary(fn, apply, facts);
      case Binary(var fn) ->
          apply.result().type().dtype().isFloat()
              ? binary(fn, facts.range(apply.operand(0)), facts.range(apply.operand(1)))
              : integer(fn, facts.range(apply.operand(0)), facts.range(apply.operand(1)));
      case Select _ -> facts.range(apply.operand(1)).or(facts.range(apply.operand(2)));
      case Cast(DType to) -> cast(apply.operand(0), to, facts);
      case Reduce(var fn, _) -> reduce(fn, apply, facts);
      case Cumulate(var fn, _, _) -> reduce(fn.reduction(), apply, facts);
      case Broadcast _, Reshape _, Transpose _, Slice _, Gather _ -> facts.range(apply.operand(0));
      case Pad _ -> facts.range(apply.operand(0)).or(COUNT);
      case Concat _ -> apply.operands().stream().map(facts::range).reduce(Range::or).orElse(ANY);
      case Iota _, DimSize _, ArgReduce _, Random _ -> COUNT;
      case Dot _ -> {
        Range both = facts.range(apply.operand(0)).or(facts.range(apply.operand(1)));
        yield new Range(false, both.defined, both.nonnegative, false);
      }
      case Gemm(double alpha, double beta) -> {
        Range all = apply.operands().stream().map(facts::range).reduce(Range::or).orElse(ANY);
        yield new Range(false, all.defined, all.nonnegative && alpha > 0 && beta > 0, false);
      }
      case Scatter _ -> {
        Range both = facts.range(apply.operand(0)).or(facts.range(apply.operand(2)));
        yield new Range(false, both.defined, both.nonnegative, false);
      }
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

  private static Range unary(UnaryFn fn, Apply apply, Facts facts) {
    Range x = facts.range(apply.operand(0));
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
  private static Range cast(Variable operand, DType to, Facts facts) {
    Range x = facts.range(operand);
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

  private static Range reduce(ReduceFn fn, Apply apply, Facts facts) {
    Range x = facts.range(apply.operand(0));
    boolean isFloat = apply.result().type().dtype().isFloat();
    return switch (fn) {
      case SUM, PROD -> new Range(false, x.defined, isFloat && x.nonnegative, false);
      case MAX, MIN -> x;
      case ANY, ALL -> COUNT;
    };
  }
}
