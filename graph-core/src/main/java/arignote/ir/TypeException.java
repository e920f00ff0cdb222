package arignote.ir;

import arignote.ArignoteException;
import java.util.List;

/// Operands whose types an op cannot take, found while the graph is built.
///
/// The message starts with the op's mnemonic, quotes the types, and ends with the user's source
/// line: `dot: cannot contract f32[T,B] with f32[128,2]; operands: x and w (Model.java:41)`.
public final class TypeException extends ArignoteException {
  private static final long serialVersionUID = 1L;

  public TypeException(String message) {
    super(message);
  }

  /// The same error with the names of the operands.
  public TypeException naming(List<? extends Variable> operands, Site site) {
    TypeException named = new TypeException(OperandNames.added(getMessage(), operands, site));
    named.setStackTrace(getStackTrace());
    return named;
  }

  /// The same error with the place in the user's code that caused it.
  public TypeException at(Site site) {
    TypeException located = new TypeException(getMessage() + " (" + site + ")");
    located.setStackTrace(getStackTrace());
    return located;
  }
}
