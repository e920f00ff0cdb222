package arignote.backend.cpu.kernel;

import java.util.List;

/// A part of a loop that one generated method runs over a row of elements.
///
/// @param loop the part, with operands and outputs of its own
/// @param uniform which of its operands are the same for the whole row
/// @param inputs where its operands come from
/// @param outputs where its outputs go
public record Stage(
    Loop loop, List<Boolean> uniform, Lane lane, List<Place> inputs, List<Place> outputs) {
  /// Where a value of the whole loop lies while a row is computed.
  public sealed interface Place {}

  /// An operand of the whole loop.
  public record OperandRow(int operand) implements Place {}

  /// An output of the whole loop.
  public record OutputRow(int output) implements Place {}

  /// A row of scratch memory between stages.
  public record ScratchRow(int index) implements Place {}

  public Stage {
    uniform = List.copyOf(uniform);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /// Which operands are the same for the whole row, as an array.
  public boolean[] uniformOperands() {
    boolean[] flags = new boolean[uniform.size()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = uniform.get(i);
    }
    return flags;
  }
}
