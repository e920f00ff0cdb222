package arignote.reference;

import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.Dim;
import arignote.ir.EvaluationException;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.tensor.HostTensor;
import arignote.tensor.TensorException;
import java.util.List;

/// One application of an op to the values of its operands, which must not be changed.
record Call(Apply apply, List<HostTensor> operands, Bindings bindings) {
  HostTensor operand(int index) {
    return operands.get(index);
  }

  /// The declared type of an operand.
  TensorType operandType(int index) {
    return apply.operand(index).type();
  }

  /// Zeros of the only result's type, for the op to fill.
  HostTensor newResult() {
    return newResult(0);
  }

  /// Zeros of a result's type, for the op to fill.
  HostTensor newResult(int index) {
    TensorType type = apply.results().get(index).type();
    try {
      return bindings.zeros(type);
    } catch (TypeException e) {
      throw failure(e.getMessage());
    } catch (ArithmeticException | TensorException e) {
      throw failure("the size of %s with %s is too large".formatted(type, bindings));
    }
  }

  /// The value of a dim, which for a position may be negative.
  long value(Dim dim) {
    try {
      return bindings.length(dim);
    } catch (TypeException e) {
      throw failure(e.getMessage());
    } catch (ArithmeticException e) {
      throw failure("the dim %s has no value with %s".formatted(dim, bindings));
    }
  }

  /// The error that the op cannot compute its result, for the caller to throw.
  EvaluationException failure(String problem) {
    return EvaluationException.of(apply, problem);
  }
}
