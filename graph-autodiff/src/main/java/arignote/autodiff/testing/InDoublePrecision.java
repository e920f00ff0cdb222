package arignote.autodiff.testing;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Cast;
import arignote.ir.op.Cond;
import arignote.ir.op.Fill;
import arignote.ir.op.Fused;
import arignote.ir.op.Iota;
import arignote.ir.op.Op;
import arignote.ir.op.Random;
import arignote.ir.op.Scan;
import arignote.rewrite.passes.InlineCustomOps;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// A graph computed in `f64` where it says `f32`, so that rounding does not hide or fake what it
/// means. Shared variables become inputs behind the others.
final class InDoublePrecision {
  private final Map<Variable, Variable> widened = new IdentityHashMap<>();
  private final List<Input> inputs = new ArrayList<>();

  private InDoublePrecision() {}

  static Graph of(Graph graph) {
    return new InDoublePrecision().widen(new InlineCustomOps().apply(graph));
  }

  private Graph widen(Graph graph) {
    graph.inputs().forEach(input -> addInput(input, input.name()));
    graph.shared().forEach(shared -> addInput(shared, shared.name()));
    for (Apply apply : graph.applies()) {
      List<Variable> operands = apply.operands().stream().map(this::widened).toList();
      Apply wide = Apply.of(widen(apply.op()), operands, apply.site());
      if (apply.op() instanceof Random) {
        // The numbers that are drawn depend on the dtype, so they are drawn as they are.
        wide = Apply.of(new Cast(DType.F64), wide.results(), apply.site());
      }
      for (int i = 0; i < wide.results().size(); i++) {
        widened.put(apply.results().get(i), wide.results().get(i));
      }
    }
    return new Graph(inputs, graph.outputs().stream().map(this::widened).toList());
  }

  private void addInput(Variable variable, String name) {
    Input input = new Input(name, widen(variable.type()));
    widened.put(variable, input);
    inputs.add(input);
  }

  private Variable widened(Variable variable) {
    return switch (variable) {
      case Constant constant ->
          widened.computeIfAbsent(constant, _ -> new Constant(widen(constant.value())));
      case Input _, Shared _, Result _ -> {
        Variable wide = widened.get(variable);
        if (wide == null) {
          throw new IllegalStateException("the graph is not closed: no value for " + variable);
        }
        yield wide;
      }
    };
  }

  static HostTensor widen(HostTensor value) {
    return value.dtype() == DType.F32 ? value.cast(DType.F64) : value;
  }

  private static TensorType widen(TensorType type) {
    return type.dtype() == DType.F32 ? type.withDtype(DType.F64) : type;
  }

  private static Op widen(Op op) {
    return switch (op) {
      case Fill(double value, TensorType type) -> new Fill(value, widen(type));
      case Iota(int axis, TensorType type) -> new Iota(axis, widen(type));
      case Cast(DType to) -> new Cast(to == DType.F32 ? DType.F64 : to);
      case Scan scan ->
          new Scan(of(scan.body()), scan.sequences(), scan.carries(), scan.steps(), scan.reverse());
      case Cond(Graph then, Graph otherwise) -> new Cond(of(then), of(otherwise));
      case Fused(Graph body) -> new Fused(of(body));
      default -> op;
    };
  }
}
