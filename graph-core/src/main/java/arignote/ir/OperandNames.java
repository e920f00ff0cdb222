package arignote.ir;

import arignote.ir.op.Broadcast;
import arignote.ir.op.Cast;
import arignote.ir.op.Reshape;
import java.util.List;
import java.util.stream.Collectors;

/// What messages call the operands of a node: inputs and shared variables by their names, results
/// by op and line.
final class OperandNames {
  private static final int MOST = 4;

  /// How a message begins to list the operands' types.
  private static final String TYPES = "; the operands are ";

  private OperandNames() {}

  /// A message with `; operands: x and dot at Model.java:40` behind it; as it is if there are none.
  ///
  /// @param site of the node, which what the DSL put before its operands has too
  static String added(String message, List<? extends Variable> operands, Site site) {
    if (operands.isEmpty()) {
      return message;
    }
    String names =
        operands.stream()
            .limit(MOST)
            .map(operand -> name(operand, site))
            .collect(Collectors.joining(" and "));
    String others = operands.size() > MOST ? " and others" : "";
    return message + (message.contains(TYPES) ? ", namely " : "; operands: ") + names + others;
  }

  private static String name(Variable operand, Site site) {
    Variable named = operand;
    while (named instanceof Result result
        && result.apply().site().equals(site)
        && (result.apply().op() instanceof Broadcast
            || result.apply().op() instanceof Cast
            || result.apply().op() instanceof Reshape)) {
      named = result.apply().operand(0);
    }
    return switch (named) {
      case Input input -> input.name();
      case Shared shared -> shared.name();
      case Constant constant ->
          constant.value().size() == 1 ? constant.value().elementsToString() : "a constant";
      case Result result -> result.apply().op().mnemonic() + " at " + result.apply().site();
    };
  }
}
