package arignote.backend.cpu.kernel;

import arignote.tensor.DType;
import java.util.List;

/// What is computed for each element of an elementwise loop. Values are numbered: the operands,
/// then the results of the steps, which need only earlier values. Two graphs of the same structure
/// give equal loops, so that they share a kernel.
///
/// @param outputs the values that are written to memory
public record Loop(List<Operand> operands, List<Step> steps, List<Integer> outputs) {
  public Loop {
    operands = List.copyOf(operands);
    steps = List.copyOf(steps);
    outputs = List.copyOf(outputs);
  }

  /// The dtype of a value.
  public DType dtype(int value) {
    return value < operands.size()
        ? operands.get(value).dtype()
        : steps.get(value - operands.size()).dtype();
  }

  /// The dtype of an output.
  public DType outputDtype(int output) {
    return dtype(outputs.get(output));
  }

  /// Which values are the same for all elements of a row.
  ///
  /// @param operandIsUniform which operands are
  public boolean[] uniform(boolean[] operandIsUniform) {
    boolean[] uniform = new boolean[operands.size() + steps.size()];
    System.arraycopy(operandIsUniform, 0, uniform, 0, operands.size());
    for (int i = 0; i < steps.size(); i++) {
      boolean all = true;
      for (int argument : steps.get(i).arguments()) {
        all &= uniform[argument];
      }
      uniform[operands.size() + i] = all;
    }
    return uniform;
  }
}
