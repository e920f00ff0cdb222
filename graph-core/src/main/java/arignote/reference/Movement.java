package arignote.reference;

import arignote.ir.op.Concat;
import arignote.ir.op.Pad;
import arignote.ir.op.Slice;
import arignote.ir.op.Transpose;
import arignote.tensor.HostTensor;

/// Ops that put elements elsewhere without changing them.
final class Movement {
  private Movement() {}

  static HostTensor broadcast(Call call) {
    HostTensor x = call.operand(0);
    HostTensor result = call.newResult();
    long[] operandStrides = Elements.strides(x.shape());
    long[] strides = new long[result.rank()];
    int added = result.rank() - x.rank();
    for (int axis = 0; axis < x.rank(); axis++) {
      boolean repeated = call.operandType(0).dim(axis).is(1);
      strides[added + axis] = repeated ? 0 : operandStrides[axis];
    }
    return read(x, 0, strides, result);
  }

  static HostTensor reshape(Call call) {
    HostTensor x = call.operand(0);
    HostTensor result = call.newResult();
    if (x.size() != result.size()) {
      throw call.failure(
          "cannot reshape %s to %s, the numbers of elements are %d and %d with %s"
              .formatted(
                  call.operandType(0),
                  call.apply().result().type(),
                  x.size(),
                  result.size(),
                  call.bindings()));
    }
    return x.copy().reshape(result.shape());
  }

  static HostTensor transpose(Transpose op, Call call) {
    HostTensor x = call.operand(0);
    HostTensor result = call.newResult();
    long[] operandStrides = Elements.strides(x.shape());
    long[] strides = new long[result.rank()];
    for (int axis = 0; axis < strides.length; axis++) {
      strides[axis] = operandStrides[op.permutation().get(axis)];
    }
    return read(x, 0, strides, result);
  }

  static HostTensor slice(Slice op, Call call) {
    HostTensor x = call.operand(0);
    HostTensor result = call.newResult();
    long start = call.value(op.start());
    checkInside(call, op.axis(), start, result.dim(op.axis()), op.step(), x.dim(op.axis()));
    long[] strides = Elements.strides(x.shape());
    long first = start * strides[op.axis()];
    strides[op.axis()] *= op.step();
    return read(x, first, strides, result);
  }

  static HostTensor pad(Pad op, Call call) {
    HostTensor x = call.operand(0);
    HostTensor result = call.newResult();
    long start = call.value(op.start());
    checkInside(call, op.axis(), start, x.dim(op.axis()), op.step(), result.dim(op.axis()));
    long[] strides = Elements.strides(result.shape());
    long first = start * strides[op.axis()];
    strides[op.axis()] *= op.step();
    long[] positions = Elements.positions(x.shape(), strides);
    for (int i = 0; i < positions.length; i++) {
      Elements.copy(x, i, result, first + positions[i]);
    }
    return result;
  }

  static HostTensor concat(Concat op, Call call) {
    HostTensor result = call.newResult();
    long[] strides = Elements.strides(result.shape());
    long first = 0;
    for (HostTensor x : call.operands()) {
      long[] positions = Elements.positions(x.shape(), strides);
      for (int i = 0; i < positions.length; i++) {
        Elements.copy(x, i, result, first + positions[i]);
      }
      first += x.dim(op.axis()) * strides[op.axis()];
    }
    return result;
  }

  /// Fills `result` with the elements of `x` from position `first` on that lie `strides` apart.
  private static HostTensor read(HostTensor x, long first, long[] strides, HostTensor result) {
    long[] positions = Elements.positions(result.shape(), strides);
    for (int i = 0; i < positions.length; i++) {
      Elements.copy(x, first + positions[i], result, i);
    }
    return result;
  }

  /// Checks that `count` positions from `start` on, `step` apart, lie inside an axis.
  private static void checkInside(
      Call call, int axis, long start, long count, long step, long length) {
    if (count == 0) {
      return;
    }
    long last;
    try {
      last = Math.addExact(start, Math.multiplyExact(count - 1, step));
    } catch (ArithmeticException e) {
      last = step < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    if (start < 0 || start >= length || last < 0 || last >= length) {
      throw call.failure(
          "positions %d to %d in steps of %d lie outside axis %d of length %d; from %s to %s with %s"
              .formatted(
                  start,
                  last,
                  step,
                  axis,
                  length,
                  call.operandType(0),
                  call.apply().result().type(),
                  call.bindings()));
    }
  }
}
