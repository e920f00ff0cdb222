package arignote.tests.gradients;

import arignote.autodiff.Disconnected;
import arignote.autodiff.Gradients;
import arignote.ir.Bindings;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.reference.Interpreter;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// The gradient of a function by all its floating inputs, as a function of its inputs and of the
/// cotangents of its floating outputs.
///
/// @param inputs values of them all
public record GradientGraph(Graph graph, List<HostTensor> inputs) {
  /// The gradient of a graph.
  ///
  /// @param values of its inputs
  /// @param seed of the values of the cotangents
  public static GradientGraph of(Graph graph, List<HostTensor> values, long seed) {
    Random random = new Random(seed);
    Bindings bindings = Interpreter.bind(graph, values);
    List<Input> inputs = new ArrayList<>(graph.inputs());
    List<HostTensor> all = new ArrayList<>(values);
    List<Variable> outputs = floats(graph.outputs());
    List<Input> cotangents = new ArrayList<>();
    for (Variable output : outputs) {
      Input cotangent = new Input("cotangent" + cotangents.size(), output.type());
      HostTensor value = bindings.zeros(output.type());
      for (long i = 0; i < value.size(); i++) {
        value.setDouble(i, random.nextDouble(-1, 1));
      }
      cotangents.add(cotangent);
      all.add(value);
    }
    inputs.addAll(cotangents);
    List<Variable> gradients =
        Gradients.vjp(outputs, cotangents, floats(graph.inputs()), Disconnected.ZERO);
    return new GradientGraph(new Graph(inputs, gradients), List.copyOf(all));
  }

  private static List<Variable> floats(List<? extends Variable> variables) {
    return variables.stream()
        .filter(variable -> variable.type().dtype().isFloat())
        .map(Variable.class::cast)
        .toList();
  }
}
