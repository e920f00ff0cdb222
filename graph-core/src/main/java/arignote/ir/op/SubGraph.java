package arignote.ir.op;

import arignote.ir.Graph;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import java.util.List;

/// A graph with a name, as one node: Theano's `OpFromGraph`. It has the gradient of its body, and
/// is replaced by its body before anything runs.
///
/// Operands: one for each input of the body, of its type. Results: the body's outputs.
///
/// @param name what prints and messages call it
/// @param body closed, and without shared variables: they come in as operands
public record SubGraph(String name, Graph body) implements CustomOp {
  /// The word in the text form.
  public static final String MNEMONIC = "subgraph";

  public SubGraph {
    if (body.outputs().isEmpty()) {
      throw new TypeException("subgraph \"" + name + "\": the body has no outputs");
    }
  }

  @Override
  public String mnemonic() {
    return MNEMONIC;
  }

  @Override
  public List<Graph> innerGraphs() {
    return List.of(body);
  }

  @Override
  public Graph decomposition(List<TensorType> operands) {
    List<TensorType> expected = body.inputs().stream().map(input -> input.type()).toList();
    if (!operands.equals(expected)) {
      throw new TypeException(
          "subgraph \"%s\": takes %s; the operands are %s"
              .formatted(name, Check.quote(expected), Check.quote(operands)));
    }
    return body;
  }
}
