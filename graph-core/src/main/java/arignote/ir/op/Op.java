package arignote.ir.op;

import arignote.ir.Graph;
import arignote.ir.TensorType;
import java.util.List;

/// What a node of a graph computes: a record of attributes, without operands and without identity.
public sealed interface Op permits CoreOp, CustomOp {
  /// The name in the text form, the DSL, the rule files and the op table.
  String mnemonic();

  /// The types of the results.
  ///
  /// @throws arignote.ir.TypeException if the op cannot take such operands; the message starts with
  ///   the mnemonic and quotes the types
  List<TensorType> inferTypes(List<TensorType> operands);

  /// The graphs among the op's attributes, each closed: the body of a loop, the branches of a
  /// conditional.
  default List<Graph> innerGraphs() {
    return List.of();
  }
}
