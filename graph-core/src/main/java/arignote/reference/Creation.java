package arignote.reference;

import arignote.ir.op.DimSize;
import arignote.ir.op.Fill;
import arignote.ir.op.Iota;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import arignote.tensor.Philox;

/// Ops that make tensors of shapes, keys and attributes instead of tensors.
final class Creation {
  private Creation() {}

  static HostTensor fill(Fill op, Call call) {
    HostTensor result = call.newResult();
    for (long i = 0; i < result.size(); i++) {
      result.setDouble(i, op.value());
    }
    return result;
  }

  static HostTensor iota(Iota op, Call call) {
    HostTensor result = call.newResult();
    long length = result.dim(op.axis());
    long stride = Elements.strides(result.shape())[op.axis()];
    for (long i = 0; i < result.size(); i++) {
      result.setLong(i, i / stride % length);
    }
    return result;
  }

  static HostTensor dimSize(DimSize op, Call call) {
    return HostTensor.scalar(DType.I64, call.value(op.dim()));
  }

  static HostTensor random(Call call) {
    HostTensor result = call.newResult();
    Philox.fillUniform(call.operand(0).getLong(0), call.operand(1).getLong(0), result);
    return result;
  }
}
