package arignote.reference;

import arignote.ir.Apply;
import arignote.ir.Bindings;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.tensor.HostTensor;
import java.util.List;

/// Evaluates graphs op by op: the definition of what every op means.
///
/// Each op's result is rounded to its dtype once. `f32` is computed in double precision and rounded
/// at the end, `f64` with the functions of [StrictMath] and [arignote.tensor.SpecialFunctions],
/// sums and products of matrices with an error compensation; integers wrap. The same inputs give
/// the same bits on every machine.
public final class Interpreter {
  private Interpreter() {}

  /// The values of a graph's outputs for inputs that bind its symbols.
  ///
  /// @return new tensors; shared variables are read, not changed
  /// @throws TypeException if the inputs do not have the types that the graph declares
  /// @throws arignote.ir.EvaluationException if an op cannot compute its result
  public static List<HostTensor> evaluate(Graph graph, List<HostTensor> inputs) {
    return evaluate(graph, inputs, bind(graph, inputs));
  }

  /// The values of a graph's outputs, the lengths of symbols being given.
  ///
  /// @return new tensors; shared variables are read, not changed
  /// @throws TypeException if the inputs do not have the types that the graph declares
  /// @throws arignote.ir.EvaluationException if an op cannot compute its result
  public static List<HostTensor> evaluate(Graph graph, List<HostTensor> inputs, Bindings bindings) {
    checkCount(graph, inputs);
    for (int i = 0; i < inputs.size(); i++) {
      check(graph.inputs().get(i), inputs.get(i), bindings);
    }
    return new Evaluation(bindings).run(graph, inputs);
  }

  /// The same, with somebody who is told of every node, those in bodies of loops included.
  ///
  /// @return new tensors; shared variables are read, not changed
  /// @throws TypeException if the inputs do not have the types that the graph declares
  /// @throws arignote.ir.EvaluationException if an op cannot compute its result
  public static List<HostTensor> evaluate(
      Graph graph, List<HostTensor> inputs, Bindings bindings, Observer observer) {
    checkCount(graph, inputs);
    for (int i = 0; i < inputs.size(); i++) {
      check(graph.inputs().get(i), inputs.get(i), bindings);
    }
    return new Evaluation(bindings, observer).run(graph, inputs);
  }

  /// The results of one node from the values of its operands, which must have the operands' types:
  /// how passes fold constants.
  ///
  /// @return new tensors
  /// @throws arignote.ir.EvaluationException if the op cannot compute its results
  public static List<HostTensor> apply(Apply apply, List<HostTensor> operands, Bindings bindings) {
    return new Evaluation(bindings).apply(apply, operands);
  }

  /// The same, with somebody who is told of every node inside.
  ///
  /// @return new tensors
  /// @throws arignote.ir.EvaluationException if the op cannot compute its results
  public static List<HostTensor> apply(
      Apply apply, List<HostTensor> operands, Bindings bindings, Observer observer) {
    return new Evaluation(bindings, observer).apply(apply, operands);
  }

  /// The lengths of the symbols that some inputs bind.
  ///
  /// @throws TypeException if the inputs do not have the types that the graph declares
  public static Bindings bind(Graph graph, List<HostTensor> inputs) {
    checkCount(graph, inputs);
    Bindings bindings = new Bindings();
    for (int i = 0; i < inputs.size(); i++) {
      Input input = graph.inputs().get(i);
      bindings.bind(describe(input), input.type(), inputs.get(i).shape());
    }
    return bindings;
  }

  private static void checkCount(Graph graph, List<HostTensor> inputs) {
    if (inputs.size() != graph.inputs().size()) {
      throw new TypeException(
          "the graph takes %d inputs, found %d".formatted(graph.inputs().size(), inputs.size()));
    }
  }

  private static void check(Input input, HostTensor value, Bindings bindings) {
    TensorType declared = input.type();
    if (value.dtype() != declared.dtype() || value.rank() != declared.rank()) {
      throw new TypeException(
          "%s must be %s, found %s"
              .formatted(describe(input), declared, TensorType.of(value.dtype(), value.shape())));
    }
    bindings.check(describe(input), declared, value.shape());
  }

  private static String describe(Input input) {
    return "input \"" + input.name() + "\"";
  }
}
