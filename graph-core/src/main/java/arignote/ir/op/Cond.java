package arignote.ir.op;

import arignote.ir.Graph;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.tensor.DType;
import java.util.List;

/// One of two computations, the other of which does not run: Theano's `ifelse`. What chooses
/// element by element, with both sides computed, is [Select].
///
/// Operands: the predicate, a bool scalar, then captured values. Both branches have one input for
/// each captured value and outputs of the same types, which are the results. Errors of the branch
/// that is not taken, such as an index out of range, do not happen.
///
/// @param then what is computed if the predicate is true; closed, and without shared variables
/// @param otherwise what is computed if it is false; likewise
public record Cond(Graph then, Graph otherwise) implements CoreOp {
  public Cond {
    List<TensorType> inputs = inputTypes(then);
    List<TensorType> results = outputTypes(then);
    if (!inputs.equals(inputTypes(otherwise))) {
      throw new TypeException(
          "cond: the branches need the same inputs, then takes %s, otherwise %s"
              .formatted(Check.quote(inputs), Check.quote(inputTypes(otherwise))));
    }
    if (!results.equals(outputTypes(otherwise))) {
      throw new TypeException(
          "cond: the branches need results of the same types, then has %s, otherwise %s"
              .formatted(Check.quote(results), Check.quote(outputTypes(otherwise))));
    }
    if (results.isEmpty()) {
      throw new TypeException("cond: the branches have no results");
    }
  }

  private static List<TensorType> inputTypes(Graph branch) {
    return branch.inputs().stream().map(input -> input.type()).toList();
  }

  private static List<TensorType> outputTypes(Graph branch) {
    return branch.outputs().stream().map(output -> output.type()).toList();
  }

  /// Whether a value can choose: a bool scalar.
  public static boolean isPredicate(TensorType type) {
    return type.isScalar() && type.dtype() == DType.BOOL;
  }

  @Override
  public List<Graph> innerGraphs() {
    return List.of(then, otherwise);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    List<TensorType> captured = inputTypes(then);
    Check.count(this, operands, captured.size() + 1);
    TensorType predicate = operands.getFirst();
    if (!isPredicate(predicate)) {
      throw new TypeException("cond: the predicate must be a scalar bool, found " + predicate);
    }
    for (int i = 0; i < captured.size(); i++) {
      if (!operands.get(i + 1).equals(captured.get(i))) {
        throw new TypeException(
            "cond: the captured value \"%s\" must be %s, the operand is %s"
                .formatted(then.inputs().get(i).name(), captured.get(i), operands.get(i + 1)));
      }
    }
    return outputTypes(then);
  }
}
