package arignote.reference;

import arignote.ir.TensorType;
import arignote.ir.op.ArgReduce;
import arignote.ir.op.ArgReduceFn;
import arignote.ir.op.Cumulate;
import arignote.ir.op.Reduce;
import arignote.ir.op.ReduceFn;
import arignote.tensor.HostTensor;
import java.util.List;

/// Ops that combine the elements along axes.
final class Reductions {
  private Reductions() {}

  static HostTensor reduce(Reduce op, Call call) {
    HostTensor x = call.operand(0);
    HostTensor result = call.newResult();
    long[] kept = positions(x, op.axes(), false);
    long[] reduced = positions(x, op.axes(), true);
    if (reduced.length == 0 && kept.length > 0 && needsElements(op.fn())) {
      throw call.failure("no elements along axes %s of %s".formatted(op.axes(), typeOf(x)));
    }
    for (int i = 0; i < kept.length; i++) {
      RunningReduction all = RunningReduction.of(op.fn(), x.dtype());
      for (long position : reduced) {
        all.add(x, kept[i] + position);
      }
      all.write(result, i);
    }
    return result;
  }

  private static boolean needsElements(ReduceFn fn) {
    return switch (fn) {
      case MAX, MIN -> true;
      case SUM, PROD, ANY, ALL -> false;
    };
  }

  static HostTensor argReduce(ArgReduce op, Call call) {
    HostTensor x = call.operand(0);
    HostTensor result = call.newResult();
    long[] kept = positions(x, List.of(op.axis()), false);
    long[] reduced = positions(x, List.of(op.axis()), true);
    if (reduced.length == 0 && kept.length > 0) {
      throw call.failure("no elements along axis %d of %s".formatted(op.axis(), typeOf(x)));
    }
    for (int i = 0; i < kept.length; i++) {
      int best = 0;
      for (int j = 1; j < reduced.length; j++) {
        if (isBetter(op.fn(), x, kept[i] + reduced[j], kept[i] + reduced[best])) {
          best = j;
        }
      }
      result.setLong(i, best);
    }
    return result;
  }

  /// Whether the element at `candidate` takes the place of one before it at `best`.
  private static boolean isBetter(ArgReduceFn fn, HostTensor x, long candidate, long best) {
    int order;
    if (x.dtype().isFloat()) {
      double found = x.getDouble(candidate);
      double previous = x.getDouble(best);
      if (Double.isNaN(found) || Double.isNaN(previous)) {
        return !Double.isNaN(previous);
      }
      order = found < previous ? -1 : found > previous ? 1 : 0;
    } else {
      order = Long.compare(x.getLong(candidate), x.getLong(best));
    }
    return switch (fn) {
      case ARGMAX -> order > 0;
      case ARGMIN -> order < 0;
    };
  }

  static HostTensor cumulate(Cumulate op, Call call) {
    HostTensor x = call.operand(0);
    HostTensor result = call.newResult();
    long[] along = positions(x, List.of(op.axis()), true);
    if (op.reverse()) {
      reverse(along);
    }
    for (long line : positions(x, List.of(op.axis()), false)) {
      RunningReduction running = RunningReduction.of(op.fn().reduction(), x.dtype());
      for (long position : along) {
        running.add(x, line + position);
        running.write(result, line + position);
      }
    }
    return result;
  }

  private static void reverse(long[] positions) {
    for (int i = 0; i < positions.length / 2; i++) {
      long last = positions[positions.length - 1 - i];
      positions[positions.length - 1 - i] = positions[i];
      positions[i] = last;
    }
  }

  /// The positions of all indices of some axes, or of the others, those of the rest being 0.
  private static long[] positions(HostTensor x, List<Integer> axes, boolean along) {
    long[] shape = x.shape();
    long[] strides = Elements.strides(shape);
    for (int axis = 0; axis < shape.length; axis++) {
      if (axes.contains(axis) != along) {
        shape[axis] = 1;
      }
    }
    return Elements.positions(shape, strides);
  }

  private static TensorType typeOf(HostTensor x) {
    return TensorType.of(x.dtype(), x.shape());
  }
}
