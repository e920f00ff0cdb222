package arignote.ir.op;

import arignote.ir.Dim;
import arignote.ir.Graph;
import arignote.ir.Input;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import java.util.ArrayList;
import java.util.List;

/// A loop over steps, `steps` times the body: Theano's `scan`.
///
/// Operands: sequences of length `steps` along their first axis, initial carries, captured values.
/// The body's inputs are, in this order, one element of each sequence, the carries, the captured
/// values; its outputs the next carries, then what each step adds to the stacked results. Results:
/// the carries after the last step, then the stacked outputs, each with a new first axis of length
/// `steps`. With no steps the carries are the initial ones.
///
/// @param body closed, and without shared variables: they come in as captured values
/// @param sequences how many operands are sequences
/// @param carries how many operands behind them are initial carries
/// @param steps the number of steps, which is also the sequences' first dim
/// @param reverse whether steps run from the last element to the first; what step `i` stacks has
///   the position `i` of the element it saw either way
public record Scan(Graph body, int sequences, int carries, Dim steps, boolean reverse)
    implements CoreOp {
  public Scan {
    int inputs = body.inputs().size();
    int outputs = body.outputs().size();
    if (sequences < 0 || carries < 0 || sequences + carries > inputs || carries > outputs) {
      throw new TypeException(
          "scan: a body with %d inputs and %d outputs cannot take %d sequences and %d carries"
              .formatted(inputs, outputs, sequences, carries));
    }
    for (int i = 0; i < carries; i++) {
      Input carry = body.inputs().get(sequences + i);
      TensorType next = body.outputs().get(i).type();
      if (!next.equals(carry.type())) {
        throw new TypeException(
            "scan: the carry \"%s\" starts each step as %s and leaves it as %s"
                .formatted(carry.name(), carry.type(), next));
      }
    }
  }

  /// The body's inputs that are elements of sequences.
  public List<Input> elementInputs() {
    return body.inputs().subList(0, sequences);
  }

  /// The body's inputs that are carries.
  public List<Input> carryInputs() {
    return body.inputs().subList(sequences, sequences + carries);
  }

  /// The body's inputs that are captured values.
  public List<Input> capturedInputs() {
    return body.inputs().subList(sequences + carries, body.inputs().size());
  }

  /// The body's outputs that are next carries.
  public List<Variable> nextCarries() {
    return body.outputs().subList(0, carries);
  }

  /// The body's outputs that are stacked.
  public List<Variable> stackedOutputs() {
    return body.outputs().subList(carries, body.outputs().size());
  }

  @Override
  public List<Graph> innerGraphs() {
    return List.of(body);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> operands) {
    Check.count(this, operands, body.inputs().size());
    for (int i = 0; i < operands.size(); i++) {
      Input input = body.inputs().get(i);
      TensorType expected = i < sequences ? input.type().stacked(steps) : input.type();
      if (!operands.get(i).equals(expected)) {
        throw new TypeException(
            "scan: %s \"%s\" must be %s, the operand is %s"
                .formatted(role(i), input.name(), expected, operands.get(i)));
      }
    }
    List<TensorType> results = new ArrayList<>();
    nextCarries().forEach(next -> results.add(next.type()));
    stackedOutputs().forEach(output -> results.add(output.type().stacked(steps)));
    return results;
  }

  private String role(int operand) {
    return operand < sequences
        ? "the sequence"
        : operand < sequences + carries ? "the initial carry" : "the captured value";
  }
}
