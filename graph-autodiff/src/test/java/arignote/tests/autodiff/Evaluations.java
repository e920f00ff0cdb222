package arignote.tests.autodiff;

import arignote.ir.Graph;
import arignote.ir.GraphVerifier;
import arignote.ir.Input;
import arignote.ir.Variable;
import arignote.reference.Interpreter;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// What the tests evaluate graphs with.
final class Evaluations {
  private Evaluations() {}

  /// The values of variables for values of inputs.
  static List<HostTensor> evaluate(List<Variable> outputs, Map<Input, HostTensor> inputs) {
    Graph graph = new Graph(List.copyOf(inputs.keySet()), outputs);
    GraphVerifier.verifyStructure(graph);
    List<HostTensor> values = new ArrayList<>();
    graph.inputs().forEach(input -> values.add(inputs.get(input)));
    return Interpreter.evaluate(graph, values);
  }

  /// The value of a variable as text, for values of inputs.
  static String show(Variable output, Map<Input, HostTensor> inputs) {
    return evaluate(List.of(output), inputs).getFirst().elementsToString();
  }

  static HostTensor vector(double... values) {
    return HostTensor.of(values, values.length);
  }

  static HostTensor scalar(double value) {
    return HostTensor.scalar(DType.F64, value);
  }

  /// Uniform between two bounds.
  static HostTensor uniform(Random random, double low, double high, long... shape) {
    HostTensor tensor = HostTensor.zeros(DType.F64, shape);
    for (long i = 0; i < tensor.size(); i++) {
      tensor.setDouble(i, random.nextDouble(low, high));
    }
    return tensor;
  }
}
