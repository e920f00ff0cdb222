package arignote.autodiff;

import arignote.dsl.Maths;
import arignote.ir.Apply;
import arignote.ir.Result;
import arignote.ir.Variable;
import arignote.ir.op.Binary;
import arignote.ir.op.BinaryFn;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Op;
import arignote.ir.op.Reduce;
import arignote.ir.op.Reshape;
import arignote.ir.op.Select;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import arignote.ir.op.Unary;
import arignote.ir.op.UnaryFn;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Keeps NaN out of the side of a `select` that is not taken.
///
/// That side gets a cotangent of 0. A slope that is infinite there, as that of `log(x)` at 0, would
/// make NaN of it: so where an op with such slopes is on the way back from a `select`, what it
/// contributes is selected again, `select(x > 0, g / x, 0)`. Other ops cost nothing: inputs,
/// parameters and what is computed from them without such functions are taken to be finite.
final class Untaken {
  /// How far a `select` is looked for, and a function that may be infinite.
  private static final int DEPTH = 12;

  private static final int MOST_NODES = 64;

  private Untaken() {}

  /// What an elementwise node contributes to an operand, made 0 wherever its cotangent is, if it
  /// may be anything else there.
  ///
  /// @param cotangent of the node's result
  static Variable guarded(Apply apply, Variable cotangent, Variable contribution) {
    if (!(apply.op() instanceof Unary || apply.op() instanceof Binary)
        || contribution == cotangent) {
      return contribution;
    }
    Optional<Variable> taken = taken(cotangent, DEPTH);
    return taken.isPresent() && isSteep(apply)
        ? Maths.select(taken.get(), contribution, 0)
        : contribution;
  }

  /// Where a cotangent may differ from 0, if that is known: a bool for each element.
  private static Optional<Variable> taken(Variable cotangent, int depth) {
    if (depth == 0 || !(cotangent instanceof Result result)) {
      return Optional.empty();
    }
    Apply apply = result.apply();
    return switch (apply.op()) {
      case Select _ when isZero(apply.operand(2)) -> Optional.of(apply.operand(0));
      case Select _ when isZero(apply.operand(1)) -> Optional.of(Maths.not(apply.operand(0)));
      case Unary(UnaryFn fn) when fn == UnaryFn.NEG -> taken(apply.operand(0), depth - 1);
      case Cast _ -> taken(apply.operand(0), depth - 1);
      case Binary(BinaryFn fn) ->
          switch (fn) {
            // Cotangents are the first factor in what rules contribute.
            case MUL, DIV -> taken(apply.operand(0), depth - 1);
            case ADD, SUB -> {
              Optional<Variable> left = taken(apply.operand(0), depth - 1);
              yield left.isEmpty()
                  ? left
                  : taken(apply.operand(1), depth - 1).map(right -> either(left.get(), right));
            }
            default -> Optional.empty();
          };
      case Reshape _, Transpose _, Broadcast _, Slice _ ->
          taken(apply.operand(0), depth - 1)
              .map(mask -> Apply.of(apply.op(), List.of(mask), apply.site()).result());
      default -> Optional.empty();
    };
  }

  private static Variable either(Variable left, Variable right) {
    return left == right ? left : Maths.or(left, right);
  }

  private static boolean isZero(Variable variable) {
    OptionalDouble value = Ops.constantValue(variable);
    return value.isPresent() && value.getAsDouble() == 0;
  }

  /// Whether a slope of the op may be infinite or NaN.
  private static boolean isSteep(Apply apply) {
    return canBeInfinite(apply) || apply.operands().stream().anyMatch(Untaken::mayBeInfinite);
  }

  private static boolean canBeInfinite(Apply apply) {
    return switch (apply.op()) {
      case Unary(UnaryFn fn) ->
          switch (fn) {
            case EXP, EXPM1, LOG, LOG1P, SQRT, RSQRT, RECIPROCAL -> true;
            case TAN, ASIN, ACOS, SINH, COSH -> true;
            case NEG, ABS, SIGN, SQUARE, RELU, FLOOR, CEIL, ROUND, ISNAN, ISINF, NOT -> false;
            case SIN, COS, ATAN, TANH, ERF, ERFC, SIGMOID, SOFTPLUS -> false;
          };
      case Binary(BinaryFn fn) ->
          switch (fn) {
            case DIV, MOD, FLOORDIV -> Ops.constantValue(apply.operand(1)).isEmpty();
            case POW -> true;
            case ATAN2 -> true;
            case ADD, SUB, MUL, MINIMUM, MAXIMUM, AND, OR, XOR -> false;
          };
      default -> false;
    };
  }

  /// Whether a function that may be infinite has a part in a value, as far as elementwise ops,
  /// reductions and moves lead to it.
  private static boolean mayBeInfinite(Variable variable) {
    Deque<Variable> waiting = new ArrayDeque<>(List.of(variable));
    for (int visited = 0; visited < MOST_NODES && !waiting.isEmpty(); visited++) {
      if (!(waiting.remove() instanceof Result result)) {
        continue;
      }
      if (canBeInfinite(result.apply())) {
        return true;
      }
      if (isFollowed(result.apply().op())) {
        waiting.addAll(result.apply().operands());
      }
    }
    return false;
  }

  private static boolean isFollowed(Op op) {
    return switch (op) {
      case Unary _, Binary _, Select _, Cast _, Reduce _ -> true;
      case Reshape _, Transpose _, Broadcast _, Slice _ -> true;
      default -> false;
    };
  }
}
