package arignote.plan;

import arignote.ir.Apply;
import arignote.ir.Constant;
import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.Shared;
import arignote.ir.TensorType;
import arignote.ir.Variable;
import arignote.ir.op.Broadcast;
import arignote.ir.op.Fill;
import arignote.ir.op.Fused;
import arignote.ir.op.Iota;
import arignote.ir.op.Op;
import arignote.ir.op.Reshape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The nodes of a graph made anew for some rows of its outputs: the same nodes with lengths changed
/// along the axes that [RowAxes] found.
final class RowsTaken {
  private record Read(Input input, int axis) {}

  private final RowAxes axes;
  private final Dim rows;
  private final Map<Read, Input> inputs = new HashMap<>();
  private final Map<Result, Result> results = new IdentityHashMap<>();
  private final Map<Apply, Apply> originals = new IdentityHashMap<>();

  /// @param rows how many
  RowsTaken(RowAxes axes, Dim rows) {
    this.axes = axes;
    this.rows = rows;
    for (Apply apply : axes.order()) {
      Apply made = made(apply);
      originals.put(made, apply);
      for (int i = 0; i < made.results().size(); i++) {
        results.put(apply.results().get(i), made.results().get(i));
      }
    }
  }

  /// What each new node was made of.
  Map<Apply, Apply> originals() {
    return originals;
  }

  /// What stands for an input, or for its rows along an axis.
  Input input(Input whole, int axis) {
    return inputs.computeIfAbsent(
        new Read(whole, axis),
        _ ->
            new Input(
                whole.name(),
                axis == RowAxes.WHOLE ? whole.type() : whole.type().withDim(axis, rows)));
  }

  /// The rows of the graph's outputs.
  List<Variable> outputs() {
    return axes.graph().outputs().stream().map(output -> value(output, axes.axis())).toList();
  }

  private Variable value(Variable variable, int axis) {
    return switch (variable) {
      case Result result -> Objects.requireNonNull(results.get(result), "not made yet");
      case Input input -> input(input, axis);
      case Constant _, Shared _ -> variable;
    };
  }

  private Apply made(Apply apply) {
    int[] needed = axes.operandAxes(apply);
    List<Variable> operands = new ArrayList<>();
    for (int i = 0; i < needed.length; i++) {
      operands.add(value(apply.operand(i), needed[i]));
    }
    int axis = axes.axisOf(apply);
    Op op = axis == RowAxes.WHOLE ? apply.op() : ofRows(apply, axis, needed);
    return Apply.of(op, operands, apply.site());
  }

  /// The op with the number of rows where it says how long its result is.
  private Op ofRows(Apply apply, int axis, int[] needed) {
    return switch (apply.op()) {
      case Fill(double value, TensorType type) -> new Fill(value, type.withDim(axis, rows));
      case Iota(int along, TensorType type) -> new Iota(along, type.withDim(axis, rows));
      case Broadcast(List<Dim> shape) -> new Broadcast(ofRows(shape, axis));
      case Reshape(List<Dim> shape) -> new Reshape(ofRows(shape, axis));
      case Fused(Graph body) -> {
        RowsTaken inside = new RowsTaken(axes.inside(apply), rows);
        List<Input> bodyInputs = new ArrayList<>();
        for (int i = 0; i < needed.length; i++) {
          bodyInputs.add(inside.input(body.inputs().get(i), needed[i]));
        }
        yield new Fused(new Graph(bodyInputs, inside.outputs()));
      }
      default -> apply.op();
    };
  }

  private List<Dim> ofRows(List<Dim> shape, int axis) {
    List<Dim> changed = new ArrayList<>(shape);
    changed.set(axis, rows);
    return changed;
  }
}
