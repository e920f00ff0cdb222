package arignote.ir;

/// A variable computed by an [Apply].
public final class Result extends Variable {
  private final Apply apply;
  private final int index;

  Result(Apply apply, int index, TensorType type) {
    super(type);
    this.apply = apply;
    this.index = index;
  }

  /// The node that computes this variable.
  public Apply apply() {
    return apply;
  }

  /// Which of the node's results this is.
  public int index() {
    return index;
  }
}
