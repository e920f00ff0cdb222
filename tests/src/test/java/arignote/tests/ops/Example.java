package arignote.tests.ops;

import arignote.ir.Graph;
import arignote.ir.op.Named;
import arignote.ir.op.Op;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// One use of an op: attributes, operands, tolerance.
///
/// @param label what tells the example from those with the same attributes and types; may be empty
/// @param thorough whether the example is also tested with strided operands, with symbolic sizes
///   and for its gradient, not only as it is
public record Example(
    String label, Op op, List<Operand> operands, Tolerance tolerance, boolean thorough) {
  public Example {
    operands = List.copyOf(operands);
  }

  /// An example that is tested in every way.
  public static Example of(Op op, Tolerance tolerance, Operand... operands) {
    return new Example("", op, List.of(operands), tolerance, true);
  }

  /// This example, tested only as it is.
  public Example plain() {
    return new Example(label, op, operands, tolerance, false);
  }

  /// This example with a label.
  public Example labelled(String newLabel) {
    return new Example(newLabel, op, operands, tolerance, thorough);
  }

  /// `sum(f32[5,7]) {axes=[1]}`, with the label if there is one.
  @Override
  public String toString() {
    String types =
        operands.stream()
            .map(operand -> operand.type().toString())
            .collect(Collectors.joining(", ", "(", ")"));
    return op.mnemonic() + types + attributes(op) + (label.isEmpty() ? "" : " " + label);
  }

  /// The components of an op's record but for inner graphs, and for the function, which is the
  /// mnemonic.
  private static String attributes(Op op) {
    List<String> attributes = new ArrayList<>();
    for (RecordComponent component : op.getClass().getRecordComponents()) {
      try {
        Object value = component.getAccessor().invoke(op);
        if (!(value instanceof Graph) && !(value instanceof Named)) {
          attributes.add(component.getName() + "=" + value);
        }
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("an op's record cannot be read: " + component, e);
      }
    }
    return attributes.isEmpty() ? "" : " {" + String.join(", ", attributes) + "}";
  }
}
