package arignote.rewrite.rules;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Cast;
import arignote.ir.op.Fill;
import arignote.ir.op.Iota;
import arignote.ir.op.Op;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/// Graphs on `f32` turned into graphs on `f64`, so that what they compute is known more precisely.
final class Doubles {
  private Doubles() {}

  static HostTensor of(HostTensor tensor) {
    return tensor.cast(of(tensor.dtype()));
  }

  static DType of(DType dtype) {
    return dtype == DType.F32 ? DType.F64 : dtype;
  }

  private static TensorType of(TensorType type) {
    return type.withDtype(of(type.dtype()));
  }

  static Graph of(Graph graph) {
    IdentityHashMap<Variable, Variable> made = new IdentityHashMap<>();
    List<Input> inputs = new ArrayList<>();
    for (Input input : graph.inputs()) {
      Input wide = new Input(input.name(), of(input.type()));
      made.put(input, wide);
      inputs.add(wide);
    }
    for (Apply apply : graph.applies()) {
      List<Variable> operands =
          apply.operands().stream()
              .map(operand ->
                  operand instanceof Constant constant
                      ? new Constant(of(constant.value()))
                      : made.get(operand))
              .toList();
      Apply wide = Apply.of(of(apply.op()), operands, apply.site());
      for (int i = 0; i < apply.results().size(); i++) {
        made.put(apply.results().get(i), wide.results().get(i));
      }
    }
    return new Graph(
        inputs, graph.outputs().stream().map(output -> made.getOrDefault(output, output)).toList());
  }

  private static Op of(Op op) {
    return switch (op) {
      case Fill(double value, TensorType type) ->
          new Fill(type.dtype() == DType.F32 ? (float) value : value, of(type));
      case Cast(DType to) -> new Cast(of(to));
      case Iota(int axis, TensorType type) -> new Iota(axis, of(type));
      default -> op;
    };
  }
}
