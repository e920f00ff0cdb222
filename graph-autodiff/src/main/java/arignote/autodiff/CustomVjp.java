package arignote.autodiff;

import arignote.ir.Apply;
import arignote.ir.Variable;
import arignote.ir.op.CustomOp;
import java.util.List;
import java.util.Map;

/// The gradient of a [CustomOp], where that of its decomposition will not do; found by
/// `ServiceLoader`.
public interface CustomVjp {
  /// The op whose gradient this is.
  Class<? extends CustomOp> op();

  /// What the operands of a node get back.
  ///
  /// @param apply a node with an op of class [#op]
  /// @param cotangents one for each result, of its type; zeros where nothing depends on it
  /// @return cotangents of operands by position, of the operands' types; of those left out it is 0
  Map<Integer, Variable> vjp(Apply apply, List<Variable> cotangents);
}
