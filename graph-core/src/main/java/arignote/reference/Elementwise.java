package arignote.reference;

import arignote.ir.op.Binary;
import arignote.ir.op.Cast;
import arignote.ir.op.Compare;
import arignote.ir.op.CompareFn;
import arignote.ir.op.Unary;
import arignote.tensor.HostTensor;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/// Ops that compute each element of the result from the elements at the same position of their
/// operands.
final class Elementwise {
  private Elementwise() {}

  static HostTensor unary(Unary op, Call call) {
    HostTensor x = call.operand(0);
    HostTensor result = call.newResult();
    if (x.dtype().isFloat()) {
      DoubleUnaryOperator fn = FloatFunctions.unary(op.fn());
      for (long i = 0; i < result.size(); i++) {
        result.setDouble(i, fn.applyAsDouble(x.getDouble(i)));
      }
    } else {
      LongUnaryOperator fn = IntegerFunctions.unary(op.fn(), x.dtype());
      for (long i = 0; i < result.size(); i++) {
        result.setLong(i, fn.applyAsLong(x.getLong(i)));
      }
    }
    return result;
  }

  static HostTensor binary(Binary op, Call call) {
    HostTensor x = call.operand(0);
    HostTensor y = call.operand(1);
    HostTensor result = call.newResult();
    if (x.dtype().isFloat()) {
      DoubleBinaryOperator fn = FloatFunctions.binary(op.fn());
      for (long i = 0; i < result.size(); i++) {
        result.setDouble(i, fn.applyAsDouble(x.getDouble(i), y.getDouble(i)));
      }
    } else {
      LongBinaryOperator fn = IntegerFunctions.binary(op.fn());
      for (long i = 0; i < result.size(); i++) {
        result.setLong(i, fn.applyAsLong(x.getLong(i), y.getLong(i)));
      }
    }
    return result;
  }

  static HostTensor compare(Compare op, Call call) {
    HostTensor x = call.operand(0);
    HostTensor y = call.operand(1);
    HostTensor result = call.newResult();
    for (long i = 0; i < result.size(); i++) {
      boolean holds =
          x.dtype().isFloat()
              ? holds(op.fn(), x.getDouble(i), y.getDouble(i))
              : holds(op.fn(), x.getLong(i), y.getLong(i));
      result.setLong(i, holds ? 1 : 0);
    }
    return result;
  }

  private static boolean holds(CompareFn fn, double x, double y) {
    return switch (fn) {
      case EQ -> x == y;
      case NE -> x != y;
      case LT -> x < y;
      case LE -> x <= y;
      case GT -> x > y;
      case GE -> x >= y;
    };
  }

  private static boolean holds(CompareFn fn, long x, long y) {
    return switch (fn) {
      case EQ -> x == y;
      case NE -> x != y;
      case LT -> x < y;
      case LE -> x <= y;
      case GT -> x > y;
      case GE -> x >= y;
    };
  }

  static HostTensor select(Call call) {
    HostTensor condition = call.operand(0);
    HostTensor result = call.newResult();
    for (long i = 0; i < result.size(); i++) {
      Elements.copy(call.operand(condition.getLong(i) != 0 ? 1 : 2), i, result, i);
    }
    return result;
  }

  static HostTensor cast(Cast op, Call call) {
    HostTensor x = call.operand(0);
    return x.dtype() == op.to() ? x.copy() : x.cast(op.to());
  }
}
