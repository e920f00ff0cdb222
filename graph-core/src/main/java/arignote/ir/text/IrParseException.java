package arignote.ir.text;

import arignote.ArignoteException;

/// A text that is not a graph, or whose types are not what the ops infer. The message has the
/// place, the problem and the line:
///
/// ```
/// lstm.ir:3:15: expected "," or ")", found "%y"
///   %0 = add(%x %y) : f32[T]
///               ^
/// ```
public final class IrParseException extends ArignoteException {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  IrParseException(String message, int line, int column) {
    super(message);
    this.line = line;
    this.column = column;
  }

  /// The line, counted from 1.
  public int line() {
    return line;
  }

  /// The column, counted from 1.
  public int column() {
    return column;
  }
}
