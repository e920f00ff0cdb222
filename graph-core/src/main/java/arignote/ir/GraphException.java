package arignote.ir;

import arignote.ArignoteException;

/// A graph that is not well formed: not closed, with a type that its op does not infer, or with a
/// symbol that no input binds. From a user's graph this names what to add; after a pass it is a
/// defect of that pass.
public final class GraphException extends ArignoteException {
  private static final long serialVersionUID = 1L;

  public GraphException(String message) {
    super(message);
  }
}
