package arignote.reference;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.op.Op;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Ops evaluated on values, and values as short expressions.
final class Evaluated {
  private Evaluated() {}

  /// The results as text, `f32[2] [1.0, 2.0]`, several separated by `; `.
  static String text(Op op, HostTensor... operands) {
    return all(op, operands).stream().map(HostTensor::toString).collect(Collectors.joining("; "));
  }

  /// The results of an op on values whose shapes are known types.
  static List<HostTensor> all(Op op, HostTensor... operands) {
    List<Input> inputs = new ArrayList<>();
    for (HostTensor operand : operands) {
      inputs.add(new Input("x" + inputs.size(), TensorType.of(operand.dtype(), operand.shape())));
    }
    Apply apply = Apply.of(op, inputs);
    return Interpreter.evaluate(new Graph(inputs, List.copyOf(apply.results())), List.of(operands));
  }

  static HostTensor f32(double... values) {
    return HostTensor.of(values, values.length).cast(DType.F32);
  }

  static HostTensor f64(double... values) {
    return HostTensor.of(values, values.length);
  }

  static HostTensor i32(int... values) {
    return HostTensor.of(values, values.length);
  }

  static HostTensor i64(long... values) {
    return HostTensor.of(values, values.length);
  }

  static HostTensor bool(boolean... values) {
    return HostTensor.of(values, values.length);
  }

  /// The `f32` values 0, 1, 2, ... in a shape.
  static HostTensor counted(long... shape) {
    HostTensor tensor = HostTensor.zeros(DType.F32, shape);
    for (long i = 0; i < tensor.size(); i++) {
      tensor.setLong(i, i);
    }
    return tensor;
  }
}
