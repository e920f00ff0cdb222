package arignote.ir;

/// A tensor in an expression graph: an input, a constant, a shared variable or the result of an op.
/// Variables have identity and never change.
public abstract sealed class Variable permits Input, Constant, Shared, Result {
  private final TensorType type;

  Variable(TensorType type) {
    this.type = type;
  }

  public final TensorType type() {
    return type;
  }
}
