package arignote.reference;

import arignote.ir.EvaluationException;
import arignote.ir.op.Gather;
import arignote.ir.op.Scatter;
import arignote.tensor.HostTensor;

/// Ops that find elements by indices in a tensor.
final class Indexing {
  private Indexing() {}

  static HostTensor gather(Gather op, Call call) {
    HostTensor x = call.operand(0);
    HostTensor result = call.newResult();
    long[] positions = positions(op.axis(), op.batch(), call);
    for (int i = 0; i < positions.length; i++) {
      Elements.copy(x, positions[i], result, i);
    }
    return result;
  }

  static HostTensor scatter(Scatter op, Call call) {
    HostTensor updates = call.operand(2);
    HostTensor result = call.newResult();
    result.copyFrom(call.operand(0));
    long[] positions = positions(op.axis(), op.batch(), call);
    switch (op.fn()) {
      case SET -> {
        for (int i = 0; i < positions.length; i++) {
          Elements.copy(updates, i, result, positions[i]);
        }
      }
      case ADD -> add(updates, positions, result);
    }
    return result;
  }

  /// Floats are added up in double precision and rounded once, as in a sum.
  private static void add(HostTensor updates, long[] positions, HostTensor result) {
    if (!result.dtype().isFloat()) {
      for (int i = 0; i < positions.length; i++) {
        result.setLong(positions[i], result.getLong(positions[i]) + updates.getLong(i));
      }
      return;
    }
    double[] sums = result.toDoubleArray();
    for (int i = 0; i < positions.length; i++) {
      sums[Math.toIntExact(positions[i])] += updates.getDouble(i);
    }
    for (int i = 0; i < sums.length; i++) {
      result.setDouble(i, sums[i]);
    }
  }

  /// For each element that a gather makes or a scatter takes, row by row, its position in the first
  /// operand.
  private static long[] positions(int axis, int batch, Call call) {
    HostTensor x = call.operand(0);
    HostTensor indices = call.operand(1);
    checkIndices(axis, call);
    long batches = Elements.product(x.shape(), 0, batch);
    long before = Elements.product(x.shape(), batch, axis);
    long length = x.dim(axis);
    long behind = Elements.product(x.shape(), axis + 1, x.rank());
    long perBatch = Elements.product(indices.shape(), batch, indices.rank());
    long[] positions = new long[Math.toIntExact(batches * before * perBatch * behind)];
    int next = 0;
    for (long b = 0; b < batches; b++) {
      for (long outer = 0; outer < before; outer++) {
        for (long i = 0; i < perBatch; i++) {
          long index = indices.getLong(b * perBatch + i);
          for (long inner = 0; inner < behind; inner++) {
            positions[next++] = ((b * before + outer) * length + index) * behind + inner;
          }
        }
      }
    }
    return positions;
  }

  private static void checkIndices(int axis, Call call) {
    HostTensor x = call.operand(0);
    HostTensor indices = call.operand(1);
    long length = x.dim(axis);
    for (long i = 0; i < indices.size(); i++) {
      long index = indices.getLong(i);
      if (index < 0 || index >= length) {
        throw EvaluationException.ofIndex(call.apply(), axis, x.shape(), indices.shape(), i, index);
      }
    }
  }
}
