package arignote.autodiff;

import arignote.ir.Apply;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.Result;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.ir.op.CustomOp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A part of a model whose intermediate values are not kept for its gradient, but computed again:
/// the way back is one node, [Again], which reads the operands and the cotangents only.
///
/// @param body closed
record Checkpoint(Graph body) implements OwnVjp {
  @Override
  public String mnemonic() {
    return "checkpoint";
  }

  @Override
  public List<Graph> innerGraphs() {
    return List.of(body);
  }

  @Override
  public Graph decomposition(List<TensorType> operands) {
    List<TensorType> expected = body.inputs().stream().map(Input::type).toList();
    if (!operands.equals(expected)) {
      throw new TypeException(
          "checkpoint: takes %s; the operands are %s".formatted(expected, operands));
    }
    return body;
  }

  @Override
  public void back(Node node) {
    Map<Integer, Input> seeds = new LinkedHashMap<>();
    List<Variable> cotangents = new ArrayList<>();
    for (int i = 0; i < body.outputs().size(); i++) {
      if (node.cotangent(i).isPresent()) {
        seeds.put(i, new Input("d_result" + i, body.outputs().get(i).type()));
        cotangents.add(node.cotangent(i).get());
      }
    }
    Map<Integer, Input> wanted = new LinkedHashMap<>();
    for (int i = 0; i < body.inputs().size(); i++) {
      if (node.wants(i)) {
        wanted.put(i, body.inputs().get(i));
      }
    }
    Cotangents sums = BodyVjp.back(body, wanted.values(), seeds);
    wanted.values().removeIf(input -> !sums.has(input));
    if (wanted.isEmpty()) {
      return;
    }
    List<Input> inputs = new ArrayList<>(body.inputs());
    inputs.addAll(seeds.values());
    List<Variable> gradients =
        wanted.values().stream().map(input -> sums.of(input).orElseThrow()).toList();
    List<Variable> operands = new ArrayList<>(node.apply().operands());
    operands.addAll(cotangents);
    List<Result> results = Apply.of(new Again(new Graph(inputs, gradients)), operands).results();
    int next = 0;
    for (int operand : wanted.keySet()) {
      Result result = results.get(next++);
      node.contribute(operand, () -> result);
    }
  }

  /// The way back of a [Checkpoint], all in one node, so that a loop around it has nothing to keep
  /// but what the node reads.
  record Again(Graph body) implements CustomOp {
    @Override
    public String mnemonic() {
      return "checkpoint_again";
    }

    @Override
    public List<Graph> innerGraphs() {
      return List.of(body);
    }

    @Override
    public Graph decomposition(List<TensorType> operands) {
      return body;
    }
  }
}
